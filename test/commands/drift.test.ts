import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createFleet, type Fleet, hostileHost, hostilePath } from './fleet.ts'
import { parsedLines } from './mitra.ts'

let fleet: Fleet
before(async () => {
  fleet = await createFleet()
})
after(() => fleet.remove())

const drift = (...words: string[]) => fleet.run(['drift', ...words])

test('a field: each host that differs, with what most hold, and a summary', async () => {
  const { status, stdout } = await drift('sysctl.net.core.somaxconn', '--json')
  assert.equal(status, 0)
  const [row, last] = parsedLines(stdout)
  assert.deepEqual(row, { host: 'web1', path: '/proc/sys', value: 4096, majority: 128, agree: 2, of: 3, tie: false })
  const coverage = { asked: 4, matched: 3, not_matched: 1, silent: 1, without_source: 1, in_error: 0 }
  assert.deepEqual(last, { summary: { alone: [], ungrouped: [], coverage } })
})

test('a tie is said as such, and all its hosts are listed', async () => {
  const { status, stdout } = await drift('sysctl.vm.swappiness', 'hostname:web1 OR hostname:db1')
  assert.equal(status, 0)
  assert.equal(stdout, 'db1\t/proc/sys\t1\t\t0\t2\ttie\nweb1\t/proc/sys\t60\t\t0\t2\ttie\n')
})

test('what all agree on is status 1', async () => {
  assert.deepEqual(
    { ...(await drift('sysctl.net.ipv4.tcp_rmem')), bytes: undefined },
    {
      status: 1,
      stdout: '',
      stderr: '',
      both: '',
      bytes: undefined,
    },
  )
})

test('a file is compared by its hash, by path or by the name of a source', async () => {
  const { stdout } = await drift('/etc/fstab', '--fields', 'host,agree,of,tie')
  assert.equal(stdout, 'db1\t2\t3\t\n')
  assert.equal((await drift('packages')).status, 1)
})

test('a query in the place of a field narrows what is compared', async () => {
  const { stdout } = await drift('hostname:web*', '--fields', 'what,value,hosts')
  assert.equal(stdout, 'sysctl.net.core.somaxconn\t128\t1\nsysctl.net.core.somaxconn\t4096\t1\n')
})

test('everything of a kind is ranked by the stated score', async () => {
  const { stdout } = await drift('--json')
  const rows = parsedLines<{ what: string; score: number; agree: number; hosts: number; of: number }>(stdout).slice(
    0,
    -1,
  )
  assert.equal(rows.length, 2)
  for (const { score, agree, hosts, of } of rows)
    assert.equal(score, Math.round(((agree - hosts) / of) * 10_000) / 10_000)
  const { summary } =
    parsedLines<{ summary: { compared: number; agreed: number; own: number } }>(stdout).at(-1) ?? assert.fail()
  assert.deepEqual([summary.compared, summary.agreed, summary.own], [3, 1, 0])
})

test('groups are compared each by itself, those of one host not at all', async () => {
  const { stdout } = await drift('sysctl.vm.swappiness', '--group-by', 'host.os.name', '--json')
  const [last] = parsedLines<{ summary: { ungrouped: string[] } }>(stdout)
  assert.deepEqual(last?.summary.ungrouped, ['db1', 'web1', 'web2'])
})

test('what a host is called or holds cannot act on a terminal', async () => {
  const { both } = await fleet.run(['drift', '--of', 'files', '--limit', '0'], { terminal: true })
  assert.ok(!both.includes(hostilePath) && !both.includes(hostileHost))
  const { stdout } = await drift('file.owner', `hostname:"${hostileHost}" OR hostname:web1`)
  assert.ok(!stdout.includes('\x1b'))
})

const refusals: [words: string[], told: RegExp][] = [
  [['content'], /"content" is the text of a document/],
  [['--peers', '--group-by', 'labels.role'], /--peers and --group-by exclude each other/],
  [['/etc/hosts', '--effective'], /--effective compares settings, and "\/etc\/hosts" is none/],
  [['--effective', '--peers'], /in no group/],
  [['sysctl.vm.swappiness', 'hostname:web1', '--effective'], /takes no QUERY/],
  [['sysctl.vm.swappiness', 'AND'], /\^/],
]
for (const [words, told] of refusals)
  test(`mitra drift ${words.join(' ')} is refused with a reason`, async () => {
    const { status, stderr } = await drift(...words)
    assert.equal(status, 2)
    assert.match(stderr, told)
  })

test('a field nobody has is a hint and status 1', async () => {
  const { status, stderr } = await drift('sysctl.vm.swapiness')
  assert.equal(status, 1)
  assert.match(stderr, /did you mean sysctl\.vm\.swappiness\?/)
})
