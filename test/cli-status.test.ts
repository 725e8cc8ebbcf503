// The exit status of every command, as one table.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { mitra, storeOf, temporaryFolder } from './commands/mitra.ts'
import { sampleHosts } from './commands/sample-hosts.ts'

const store = await storeOf(sampleHosts)
const folder = temporaryFolder()
const missing = join(folder, 'none.db')

const table: readonly [status: number, argv: readonly string[]][] = [
  [0, ['--version']],
  [0, ['help', 'search']],
  [0, ['completion', 'bash']],
  [0, ['search', 'somaxconn', '--store', store]],
  [1, ['search', 'nowheretobefound', '--store', store]],
  [1, ['search', 'somaxconn', '--day', '2020-01-01', '--store', store]],
  [0, ['hosts', '--store', store]],
  [1, ['hosts', 'nowheretobefound', '--store', store]],
  [1, ['hosts', '--count', 'nowheretobefound', '--store', store]],
  [2, ['hosts', '--silent', '1h', '--store', store]],
  [0, ['hosts', '--silent', '1d', '--store', store]],
  [1, ['hosts', '--silent', '1h', '--universe', 'nowheretobefound', '--store', store]],
  [0, ['values', 'sysctl.vm.swappiness', '--store', store]],
  [1, ['values', 'sysctl.vm.nothing', '--store', store]],
  [0, ['fields', '--store', store]],
  [1, ['fields', 'nothing*', '--store', store]],
  [0, ['show', 'web1', '/etc/fstab', '--store', store]],
  [1, ['show', 'web1', '/etc/passwd', '--store', store]],
  [1, ['show', 'web2', '/etc/motd', '--store', store]],
  [0, ['export', '--store', store]],
  [1, ['export', 'nowheretobefound', '--store', store]],
  [0, ['prune', '--dry-run', '--store', store]],
  [2, []],
  [2, ['']],
  [2, ['help', 'frobnicate']],
  [2, ['--frobnicate']],
  [2, ['search']],
  [2, ['search', '(', '--store', store]],
  [2, ['search', 'x', '--json', '--csv', '--store', store]],
  [2, ['search', 'x', '--limit', '-1', '--store', store]],
  [2, ['search', 'x', '--limit', '1.5', '--store', store]],
  [2, ['search', 'x', '--color', 'mauve', '--store', store]],
  [2, ['search', 'x', '--day', 'someday', '--store', store]],
  [2, ['search', 'x', '--day', 'today', '--from', 'today', '--store', store]],
  [2, ['search', 'x', '--from', 'today', '--to', 'yesterday', '--store', store]],
  [2, ['search', 'x', '--fields', 'a,,b', '--store', store]],
  [2, ['hosts', '--silent', 'long', '--store', store]],
  [2, ['hosts', '--without', '[', '--store', store]],
  [2, ['hosts', '--fields', 'nme', '--store', store]],
  [2, ['values', 'host.name', '/[/', '--store', store]],
  [2, ['show', 'web1', '/etc/fstab', '--at', 'never', '--store', store]],
  [2, ['show', 'web1', '/etc/fstab', 'more', '--store', store]],
  [2, ['completion', 'tcsh']],
  [2, ['search', 'x', '--store', missing]],
  [2, ['export', '--store', missing]],
  [2, ['search', 'x', '--config', '/nonexistent/mitra.yml']],
  [2, ['import', '/nonexistent/file', '--store', join(folder, 'new.db')]],
  [2, ['import', folder, '--store', join(folder, 'new.db')]],
  [2, ['export', '--output', '/nonexistent/folder/file', '--store', store]],
]

describe('ends with 0 when something is found or done, 1 when nothing is found, 2 when it failed', () => {
  for (const [status, argv] of table)
    test(`${status}: mitra ${argv.join(' ').replaceAll(store, 'STORE').replaceAll(folder, 'FOLDER')}`, async () => {
      const ran = await mitra(argv)
      assert.equal(ran.status, status, ran.stderr)
      assert.doesNotMatch(ran.stderr, /\n\s+at |unexpected error|SQLITE|ERR_/)
      if (status !== 2 || argv.includes('1h') || argv.length === 0) return
      assert.match(ran.stderr, /^mitra: \S/)
      assert.equal(ran.stdout, '')
    })
})
