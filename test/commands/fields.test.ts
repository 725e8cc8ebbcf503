import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { globMatcher } from '../../src/commands/glob.ts'
import { createFleet, type Fleet } from './fleet.ts'

let fleet: Fleet
before(async () => {
  fleet = await createFleet()
})
after(() => fleet.remove())

const names = async (...words: string[]) =>
  (await fleet.run(['fields', ...words, '--fields', 'name'])).stdout.split('\n').slice(0, -1)

test('a pattern is a part of the name, or with wildcards all of it', async () => {
  assert.deepEqual(await names('SWAPP'), ['sysctl.vm.swappiness'])
  assert.deepEqual(await names('sysctl.net.*'), ['sysctl.net.core.somaxconn', 'sysctl.net.ipv4.tcp_rmem'])
  assert.deepEqual(await names('sysctl.v?.swappiness'), ['sysctl.vm.swappiness'])
  assert.equal((await fleet.run(['fields', 'swappiness?'])).status, 1)
})

test('core fields are there with their meaning, stored ones with type and paths', async () => {
  assert.ok((await names()).includes('content'))
  const { stdout } = await fleet.run(['fields', 'somaxconn', '--json'])
  const { summary, ...row } = JSON.parse(stdout)
  assert.deepEqual(row, { name: 'sysctl.net.core.somaxconn', type: 'number', paths: ['/proc/sys'] })
  assert.match(summary, /setting/)
})

test('a pattern is taken literally but for its wildcards', () => {
  assert.ok(globMatcher('a.b*')('a.bc'))
  assert.ok(!globMatcher('a.b*')('axbc'))
  assert.ok(globMatcher('(a|b)?')('(a|b)x'))
  assert.ok(globMatcher('****a')('xxa'))
})
