// Every page over the scenario, as a program sees it: status, what it says, its JSON and its CSV.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { UnavailableError } from '../../src/errors.ts'
import type { PageAnswer } from '../../src/explorer/answering.ts'
import { openEmbeddedStore } from '../../src/store/embedded/driver.ts'
import { scenarioStore } from '../scenario/scenario-store.ts'
import { answeringOver } from './served.ts'

const store = await openEmbeddedStore(await scenarioStore(), { mustExist: true })
after(() => store.close())
const { answer } = answeringOver(store)
const ask = (path: string, accept = 'text/html'): Promise<PageAnswer> =>
  answer({ url: `http://127.0.0.1:5640${path}`, accept })
const json = async (path: string) => JSON.parse((await ask(path)).body)

/** Pages, and something each has to say. */
const pages: readonly [path: string, says: RegExp][] = [
  ['/', /<b>13 hosts<\/b>/],
  ['/search', /For example/],
  ['/search?q=somaxconn', /<mark>somaxconn<\/mark> = 128/],
  ['/search?q=sysctl.net.core.somaxconn:128', /<b>4 documents<\/b>/],
  ['/search?q=somaxconn&when=day&day=2026-11-15', /mitra search somaxconn --day 2026-11-15/],
  ['/search?q=filename:/etc/hosts+hostname:web1&when=history', /2026-11-14 \d\d:37:01/],
  ['/search?q=somaxconn+128', /\?q=%22somaxconn\+128%22">4 documents: <code>&quot;somaxconn 128&quot;/],
  ['/search?q=nothing_has_this', /when=history">in every version, not only the newest/],
  ['/search?q=nothing_has_this+xfs', /nothing_has_this\+OR\+xfs">for any of these words/],
  ['/search?q=*:*&n=20', /<b>20 of \d+ documents<\/b>/],
  ['/hosts', /<tr class="silent"><th scope="row"><a class="host" href="\/host\/mc4">/],
  ['/hosts?q=sysctl.net.core.somaxconn:128', /<b>2<\/b> of 13 hosts match/],
  ['/hosts?without=package.name:zsh', /db2/],
  ['/hosts?q=nothing_has_this', /No host has it now\. <a href="\/search\?q=nothing_has_this&amp;when=history">/],
  ['/host/web2', /6\.1\.0-21-amd64/],
  ['/host/web3?since=7d', /net\.core\.somaxconn 128 -&gt; 16384/],
  ['/file/web1?path=/etc/hosts', /4 versions/],
  ['/file/web1?path=/etc/hosts&at=2026-11-12', /10\.20\.0\.21/],
  ['/file/web1?path=/etc/hosts&show=changes', /<td class="removed">10\.20\.0\.<b>99<\/b>/],
  ['/file/web1?path=/etc/hosts&show=changes&form=side', /diff side/],
  ['/file/web3?path=/proc/sys&show=changes&form=keys', /net\.core\.somaxconn/],
  ['/file/web3?path=/etc/sysctl.d/60-network.conf', /host2=web2/],
  ['/file/web1?path=/etc/ld.so.cache', /binary/],
  ['/diff?host=web1&host2=web2&path=/etc/sysctl.d/60-network.conf', /<b>\+1 −2<\/b>/],
  ['/diff?host=web1&path=/etc/hosts&from=2026-11-12&to=2026-11-15', /<b>\+2 −0<\/b>/],
  ['/log?since=7d', /<b>16 changes<\/b> on 11 hosts/],
  ['/log?from=2026-11-18&to=2026-11-18', /resolv\.conf/],
  ['/log?q=filename:/etc/fstab&since=7d', /<b>1 change<\/b>/],
  ['/values', /For example/],
  [
    '/values?field=sysctl.vm.swappiness&q=filename:/proc/sys',
    /hosts\?q=filename%3A%2Fproc%2Fsys\+sysctl\.vm\.swappiness%3A60/,
  ],
  ['/values?field=host.os.kernel&order=rare', /--outliers/],
  ['/values?field=package.name_version&n=5', /5 of \d+ values are shown/],
  ['/log?from=2026-11-20&to=2026-11-20', /Nothing changed<\/b> .*2026-11-20 00:00:00.*since=30d">The last 30 days/s],
  ['/values?field=no.such', /No document has a field no\.such/],
  ['/drift', /sysctl\.net\.ipv4\.ip_forward/],
  ['/drift?group=peers', /mitra drift --of sysctls --peers/],
  ['/drift?of=packages', /package\.name%3A/],
  ['/drift?of=files', /\/etc\/resolv\.conf/],
  ['/drift?of=effective', /vm\.swappiness/],
  ['/drift?what=/etc/resolv.conf', /host2=web5/],
  ['/drift?what=sysctl.vm.dirty_ratio&universe=host.os.name:CentOS*', /mitra drift sysctl.vm.dirty_ratio --universe/],
  ['/drift?what=/etc/none', /No host has \/etc\/none/],
  ['/compare', /Name a host.*<a class="host" href="\/compare\?host=cache1">/s],
  ['/compare?host=db1', /Choose two moments/],
  [
    '/compare?host=db1&at=2026-11-17T14:03:00Z+2026-11-17T14:03:10Z&path=/proc/meminfo',
    /meminfo\.Cached<\/th><td class="number">13\.4 GB/,
  ],
]

describe('pages', () => {
  for (const [path, says] of pages)
    test(path, async () => {
      const page = await ask(path)
      assert.equal(page.status, 200, page.body)
      assert.match(page.type, /^text\/html; charset=utf-8$/)
      assert.ok(says.test(page.body), `${says} is not in ${/<main[\s\S]*<\/main>/.exec(page.body)?.[0].slice(0, 3000)}`)
      assert.ok(!/undefined|NaN|\[object|style=|onclick|<script>/.test(page.body))
      const named = path.replace(/\?|$/, (end) => `.json${end}`).replace('/.json', '/index.json')
      const data = await ask(named)
      assert.equal(data.type, 'application/json; charset=utf-8')
      assert.deepEqual(JSON.parse(data.body), JSON.parse((await ask(path, 'application/json')).body))
    })
})

test('a question may be long, and no longer', async () => {
  const words = Array.from({ length: 550 }, (_, index) => index.toString(36))
  assert.equal((await ask(`/search?q=${encodeURIComponent(words.join(' '))}`)).status, 200)
  const page = await ask(`/search?q=${'somaxconn+'.repeat(1000)}`)
  assert.equal(page.status, 400)
  assert.match(page.body, /a query of at most 2.?000 characters, not 9.?999/)
})

describe('what cannot be', () => {
  const table: readonly [path: string, status: number, says: RegExp][] = [
    ['/nothing', 404, /no such page/],
    ['/compare?host=nobody&at=now', 404, /nothing is known of a host &quot;nobody&quot;/],
    ['/diff', 400, /the page of a file leads/],
    ['/host/nobody', 404, /nothing is known of a host &quot;nobody&quot;/],
    ['/file/web1?path=/etc/nothing', 404, /nothing is known/],
    ['/file/web1', 404, /which path/],
    ['/diff?host=web1', 400, /needs a host and a path/],
    ['/search?q=a+AND', 400, /expected a term[\s\S]*a AND\n {5}\^/],
    ['/hosts?q=(', 400, /role="alert"/],
    ['/search?q=a&at=soon&when=at', 400, /role="alert"/],
    ['/values?field=content', 400, /no values to count/],
    ['/compare?host=db1&at=soon+now', 400, /role="alert"/],
    ['/log?since=soon', 400, /expected a duration/],
    ['/log?from=now&to=now-1d', 400, /later/],
  ]
  for (const [path, status, says] of table)
    test(path, async () => {
      const page = await ask(path)
      assert.equal(page.status, status)
      assert.match(page.body, says)
    })
  test('a query that cannot be read says where to programs', async () =>
    assert.deepEqual(await json('/search.json?q=a+AND'), { error: 'expected a term, found end of query', offset: 5 }))
})

test('a store that cannot be asked now is no mistake of the question', async () => {
  const fault = new UnavailableError('the store is away', { next: 'wait' })
  const away = answeringOver({ ...store, fields: store.fields.bind(store), hosts: () => Promise.reject(fault) })
  const page = await away.answer({ url: 'http://127.0.0.1:5640/hosts', accept: 'text/html' })
  assert.equal(page.status, 503)
  assert.match(page.body, /the store is away/)
})

test('facets narrow the question and widen it again', async () => {
  const page = (await ask('/search?q=somaxconn')).body
  const [, narrowed = ''] = /href="(\/search\?q=[^"]*role[^"]*web[^"]*)"/.exec(page) ?? []
  assert.equal(new URLSearchParams(narrowed.split('?')[1]).get('q'), 'somaxconn labels.role:web')
  const next = (await ask(narrowed)).body
  assert.match(next, /<b>10 documents<\/b>/)
})

test('facets count the documents that are found', async () => {
  const { facets } = await json('/search.json?q=somaxconn')
  const role = facets.find(({ field }: { field: string }) => field === 'labels.role')
  assert.deepEqual(role.values, [
    { value: 'cache', documents: 10 },
    { value: 'web', documents: 10 },
    { value: 'db', documents: 6 },
  ])
})

test('lists come as CSV', async () => {
  const { body, type } = await ask('/hosts.csv?q=sysctl.net.core.somaxconn:128')
  assert.match(type, /^text\/csv/)
  const [heading = '', ...rows] = body.trim().split('\r\n')
  assert.match(heading, /^host,seen,silent,errors,/)
  assert.deepEqual(
    rows.map((row) => row.split(',')[0]),
    ['web2', 'web4'],
  )
})

describe('completion', () => {
  const texts = async (q: string) =>
    (await json(`/complete.json?q=${encodeURIComponent(q)}`)).suggestions.map(({ text }: { text: string }) => text)
  test('of a field by a part of its name', async () => {
    const found = await texts('a AND somaxc')
    assert.ok(found.includes('sysctl.net.core.somaxconn:'), found)
  })
  test('of the values of a field', async () =>
    assert.deepEqual((await texts('labels.role:')).toSorted(), [
      'labels.role:cache',
      'labels.role:db',
      'labels.role:web',
    ]))
  test('says where what it replaces begins', async () =>
    assert.equal((await json('/complete.json?q=a%20-labels.ro')).from, 3))
  test('nothing inside quotes', async () => assert.deepEqual(await texts('"somax'), []))
})

describe('charts', () => {
  test('have a line for each figure and a mark for each reboot and change', async () => {
    const { charts, marks } = await json('/charts/web2.json?from=2026-11-15&to=2026-11-21')
    const titles = charts.map(({ title }: { title: string }) => title)
    for (const title of ['Memory', 'Zone node0 Normal: free pages and watermarks', 'TCP: overflows and drops', 'Load'])
      assert.ok(titles.includes(title), title)
    for (const { at, lines } of charts) for (const { values } of lines) assert.equal(values.length, at.length)
    assert.deepEqual(
      marks.filter(({ kind }: { kind: string }) => kind === 'boot').map(({ text }: { text: string }) => text),
      ['booted 6.1.0-21-amd64'],
    )
    assert.ok(marks.some(({ path }: { path: string }) => path === '/etc/resolv.conf'))
  })
  test('draw counters as their rate', async () => {
    const { charts } = await json('/charts/web2.json?from=2026-11-19T09:00Z&to=2026-11-19T12:00Z&only=drops')
    assert.equal(charts.length, 1)
    const peak = Math.max(...charts[0].lines[0].values)
    assert.ok(peak > 30 && peak < 100, String(peak))
  })
})
