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
