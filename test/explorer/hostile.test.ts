// What hosts say is hostile: markup, scripts, terminal escapes, text that runs the other way. It is shown, and does nothing.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import type { Document } from '../../src/snapshot/document.ts'
import { findChromium, launch, visit } from './chromium.ts'
import { now, served } from './served.ts'
import { bothStores } from './stores.ts'

const script = '<script>window.pwned = 1</script>'
const image = '"\'><img src=x onerror="window.pwned = 1">'
const host = `evil${image}`
const path = `/etc/${script}\x1b]0;owned\x07\u202e`
const content = `</pre></script>${script}${image} somaxconn \x1b[31mred\x1b[0m \u202ehidden\r\n\0end {{7*7}} \${7*7}\njavascript:window.pwned=1\n`
const at = (hours: number) => new Date(now - hours * 3_600_000).toISOString()

function document(name: string, time: string, text: string): Document {
  return {
    '@timestamp': time,
    'host.name': name,
    'file.path': path,
    'event.dataset': `mitra.${script}`,
    'event.kind': 'state',
    'file.owner': script,
    'file.mode': image,
    'file.hash.sha256': Buffer.from(text).toString('hex').slice(0, 64).padEnd(64, '0'),
    'labels.role': script,
    'error.message': `cannot ${image}`,
    [`sysctl.${script}`]: image,
    'sysctl.net.core.somaxconn': script,
    content: text,
  }
}

/** Nothing of it can be broken at a blank. */
const long = `web-${'x'.repeat(120)}.example.net`
const longPath = `/etc/${'verylongname'.repeat(15)}.conf`
const longDocument = (name: string, text: string): Document => ({
  ...document(name, at(3), text),
  'file.path': longPath,
  'labels.role': 'r'.repeat(90),
  'sysctl.kernel.long': 'y'.repeat(300),
})

const documents: readonly Document[] = [
  longDocument(long, `somaxconn ${'z'.repeat(3000)}\n`),
  longDocument('other', 'other\n'),
  document(host, at(30), 'before\n'),
  document(host, at(2), content),
  document('other', at(2), `other ${content}`),
  {
    ...document(host, at(1), ''),
    'file.path': 'host',
    'host.os.kernel': script,
    'host.os.name': image,
    'host.ip': script,
  },
]

const { path: program, skip } = { path: '', ...findChromium() }
const browser = skip ? undefined : await launch(program)

const named = encodeURIComponent(host)
const asked = encodeURIComponent(path)
const pages = [
  '/',
  '/search?q=somaxconn',
  `/search?q=${encodeURIComponent(`"${script}`)}`,
  `/search?q=${encodeURIComponent(image)}&when=${encodeURIComponent(image)}`,
  '/hosts',
  `/hosts?q=${encodeURIComponent(script)}&without=${encodeURIComponent(image)}`,
  `/host/${named}?since=7d`,
  `/host/${encodeURIComponent(script)}`,
  `/file/${named}?path=${asked}`,
  `/file/${named}?path=${asked}&show=changes`,
  `/file/${named}?path=${asked}&show=changes&form=side`,
  `/file/${named}?path=${asked}&show=changes&form=keys`,
  `/diff?host=${named}&host2=other&path=${asked}`,
  '/log?since=7d',
  `/log?since=${encodeURIComponent(script)}`,
  '/values?field=sysctl.net.core.somaxconn',
  `/values?field=${encodeURIComponent(image)}`,
  '/drift',
  `/drift?what=${asked}`,
  '/drift?of=files',
  `/compare?host=${named}&at=now+now-1d&path=${asked}`,
  `/nothing/${encodeURIComponent(script)}`,
]

const longPages = [
  '/',
  '/search?q=somaxconn',
  `/search?q=${'b'.repeat(300)}`,
  `/search?q=${'b'.repeat(300)}+AND`,
  '/hosts',
  `/host/${long}?since=7d`,
  `/host/${long}-unknown`,
  `/file/${long}?path=${longPath}`,
  `/diff?host=${long}&host2=other&path=${longPath}`,
  '/log?since=7d',
  '/values?field=sysctl.kernel.long',
  `/drift?what=${longPath}`,
  '/drift?of=files',
  '/compare',
  `/compare?host=${long}`,
]

/** What a page would hold if something had come through. */
const harm = String.raw`({
  pwned: 'pwned' in window,
  images: document.images.length,
  inline: [...document.scripts].filter(({ src, type }) => src === '' && type !== 'application/json').length,
  handlers: [...document.querySelectorAll('*')].filter(
    (element) => element.getAttributeNames().some((name) => /^on|^style$/.test(name)) && !element.closest('.chart, .find, .ask'),
  ).length,
  hrefs: [...document.links].map(({ protocol }) => protocol).filter((protocol) => protocol !== 'http:'),
  hidden: /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/.test(document.documentElement.outerHTML),
})`

for (const { store, target, fill } of await bothStores())
  describe(`hostile content in the store "${target.driver}"`, { skip: skip ?? false }, async () => {
    await fill(documents)
    const server = await served(store)
    after(() => server.close())
    const origin = server.url.replace(/\/$/, '')

    for (const address of pages)
      test(`does nothing on ${address.slice(0, 60)}`, async () => {
        await using visited = await visit(browser!, origin)
        const { page, problems } = visited
        await page.goto(address)
        const found = await page.evaluate(harm)
        assert.deepEqual(found, { pwned: false, images: 0, inline: 0, handlers: 0, hrefs: [], hidden: false })
        assert.deepEqual(
          problems.filter((problem) => !/status of 40[04]/.test(problem)),
          [],
        )
      })

    test('does not make a page wider than a phone', async () => {
      await using visited = await visit(browser!, origin, { viewport: { width: 360, height: 740 } })
      const { page } = visited
      for (const address of longPages) {
        await page.goto(address)
        assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360, address)
      }
    })

    test('is shown as it is', async () => {
      await using visited = await visit(browser!, origin)
      await visited.page.goto(`/file/${named}?path=${asked}`)
      const text = await visited.page.locator('pre.text').innerText()
      assert.ok(text.includes(script) && text.includes('\\x1b[31mred') && text.includes('\\u{202e}hidden'), text)
    })
  })
