import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createFleet, type Fleet } from './fleet.ts'

let fleet: Fleet
before(async () => {
  fleet = await createFleet()
})
after(() => fleet.remove())

test('values come with hosts, share, documents and examples, the most frequent first', async () => {
  const { status, stdout } = await fleet.run(['values', 'sysctl.vm.swappiness', '--json'])
  assert.equal(status, 0)
  const [first, second, coverage] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(first, { value: 60, hosts: 2, share: 0.6667, documents: 2, examples: ['web1', 'web2'] })
  assert.equal(second.value, 1)
  assert.equal(coverage.coverage.matched, 3)
  assert.equal(coverage.coverage.silent, 1)
})

test('--outliers begins with the rarest', async () => {
  const { stdout } = await fleet.run(['values', 'sysctl.vm.swappiness', '--outliers', '--fields', 'value'])
  assert.equal(stdout, '1\n60\n')
})

test('an alias is its field, a query narrows', async () => {
  const { stdout } = await fleet.run(['values', 'hostname', 'ext4', '--fields', 'value,hosts'])
  assert.equal(stdout, 'web1\t1\nweb2\t1\n')
})

test('--csv has numbers as they are', async () => {
  const { stdout } = await fleet.run(['values', 'sysctl.net.core.somaxconn', '--csv', '--limit', '1'])
  assert.match(stdout, /^value,hosts,share,documents,examples\r\n128,2,0\.6667,2,/)
})

test('the text of documents is nothing to count', async () => {
  const { status, stderr } = await fleet.run(['values', 'content'])
  assert.equal(status, 2)
  assert.match(stderr, /"content" is the text of a document.*\n`mitra search` finds words in it/)
})

test('a field nobody has is status 1 and a hint', async () => {
  const { status, stderr } = await fleet.run(['values', 'sysctl.vm.swapiness'])
  assert.equal(status, 1)
  assert.match(stderr, /did you mean sysctl\.vm\.swappiness\?/)
})

test('numbers are summed up: exactly with --json, in the unit of the field at a terminal', async () => {
  const { stdout } = await fleet.run(['values', 'sysctl.vm.swappiness', '--json'])
  const { statistics } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
  const few = { p5: 1, p50: 60, p95: 60, p99: 60 }
  assert.deepEqual(statistics, { count: 3, left_out: 0, min: 1, ...few, max: 60, mean: 40.3333333333 })
  const screen = { terminal: true, env: { NO_COLOR: '1' } }
  const setting = await fleet.run(['values', 'sysctl.vm.swappiness'], screen)
  assert.match(setting.stdout, /\nmin 1 {2}p5 1 {2}p50 60 {2}p95 60 {2}p99 60 {2}max 60 {2}mean 40\.33\n$/)
  const size = await fleet.run(['values', 'file.size', 'filename:/etc/hosts OR filename:/etc/fstab'], screen)
  assert.match(size.stdout, /\nmin \d+ B {2}p5/)
})

test('text and a single number have nothing to sum up for people', async () => {
  for (const [field, query] of [
    ['file.path', ''],
    ['sysctl.vm.swappiness', 'hostname:db1'],
  ] as const) {
    const { stdout } = await fleet.run(['values', field, query], { terminal: true })
    assert.doesNotMatch(stdout, /p50/)
  }
})
