import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { createFleet, type Fleet } from './fleet.ts'

let fleet: Fleet
let config: string
beforeEach(async () => {
  fleet = await createFleet()
  config = join(fleet.folder, 'mitra.yml')
  writeFileSync(config, 'retention:\n  days: -1\n  history: -1\n')
})
afterEach(() => fleet.remove())

const prune = (...words: string[]) =>
  fleet.run(['prune', '--config', config, ...words], { now: Date.UTC(2026, 10, 22, 12) })

test('what is kept for ever is kept, what is too old goes', async () => {
  assert.match((await prune()).stdout, /^removed 0 daily states, 0 versions and 0 hosts\n/)
  assert.equal((await fleet.run(['search', 'ext3', '--history'])).status, 0)
  const { status, stdout } = await prune('--days', '1', '--history', '1')
  assert.equal(status, 0)
  assert.match(stdout, /^removed 1 daily state, 1 version and 0 hosts\nthe store takes .*, before .*\n$/)
  assert.equal((await fleet.run(['search', 'ext3', '--history'])).status, 1)
  assert.equal((await fleet.run(['search', 'ext4'])).status, 0)
})

test('--dry-run says what would go and keeps it', async () => {
  const { stdout } = await prune('--dry-run', '--days', '1', '--history', '1')
  assert.match(stdout, /^would remove 1 daily state, /)
  assert.equal((await fleet.run(['search', 'ext3', '--history'])).status, 0)
})

test('the configuration decides where no option does, and 0 stands for ever', async () => {
  writeFileSync(config, 'retention:\n  days: 1\n  history: 1\n')
  assert.equal(JSON.parse((await prune('-n', '--json', '--days', '0', '--history', '0')).stdout).days, 0)
  assert.equal(JSON.parse((await prune('-n', '--json')).stdout).days, 1)
  assert.equal((await prune('-n', '--quiet')).stdout, '')
})

test('forgotten hosts are named', async () => {
  const { stdout } = await fleet.run(['prune', '--config', config, '--hosts', '1', '--dry-run'], {
    now: Date.UTC(2026, 10, 24),
  })
  assert.match(stdout, /and 4 hosts\n/)
  assert.match(stdout, /^ {2}ev\\x1b\[31mil$/m)
})
