// What a terminal of 100 columns in Berlin shows, recorded under test/golden/terminal: a change of wording shows in review.
// `UPDATE_GOLDEN=1 node --test test/commands/golden.test.ts` records anew.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { harmless } from '../../src/terminal/harmless.ts'
import { createFleet, type Fleet } from './fleet.ts'

const folder = join(import.meta.dirname, '../golden/terminal')
const zone = process.env['TZ']
let fleet: Fleet

before(async () => {
  process.env['TZ'] = 'Europe/Berlin'
  fleet = await createFleet()
})
after(() => {
  fleet.remove()
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
})

const sessions: Record<string, readonly (readonly string[])[]> = {
  search: [
    ['search', 'somaxconn'],
    ['search', 'sysctl.vm.swappiness:60', 'AND', 'filename:/proc/sys'],
    ['search', 'server'],
    ['search', 'filename:/etc/fstab', '--day', 'yesterday'],
    ['search', 'ext3', '--history'],
    ['search', 'ext4', '--limit', '1'],
    ['search', 'ext4', '--fields', 'host.name,@timestamp,file.size'],
    ['search', 'nothing-like-this'],
  ],
  'search-color': [['search', 'somaxconn', '--color', 'always']],
  hosts: [
    ['hosts'],
    ['hosts', 'ext4'],
    ['hosts', '--without', 'sysctl.net.core.somaxconn:*'],
    ['hosts', '--silent', '1h'],
    ['hosts', 'ext4', '--count'],
  ],
  values: [
    ['values', 'sysctl.vm.swappiness', 'filename:/proc/sys'],
    ['values', 'sysctl.net.core.somaxconn', '--outliers'],
    ['values', 'labels.role'],
  ],
  fields: [
    ['fields', 'sysctl'],
    ['fields', 'file.m*'],
    ['fields', 'no-such-field'],
  ],
  show: [
    ['show', 'web1', '/etc/fstab'],
    ['show', 'web1', '/etc/fstab', '--at', '2026-11-20'],
    ['show', 'ev\x1b[31mil', '/etc/\x1b]0;owned\x07\u202ex'],
    ['show', 'web1', '/etc/fstap'],
    ['show', 'web7', '/etc/fstab'],
  ],
  mistakes: [
    ['serch', 'x'],
    ['search', '--jsn', 'x'],
    ['search'],
    ['search', 'ext4 AND (xfs OR'],
    ['search', 'file.size:big'],
    ['search', 'sysctl.vm.swapiness:60'],
    ['search', 'x', '--json', '--csv'],
    ['search', 'x', '--from', 'soon'],
    ['search', 'x', '--day', 'today', '--from', 'today'],
    ['search', 'x', '--limit', 'few'],
    ['hosts', '--fields', 'hsot'],
    ['hosts', '--silent', '1 fortnight'],
    ['values', 'sysctl.vm.swapiness'],
    ['show', 'web1'],
    ['--verison'],
  ],
}

for (const [name, commands] of Object.entries(sessions))
  test(`a terminal shows ${name} as recorded`, async () => {
    const texts: string[] = []
    for (const words of commands) {
      const { both, status } = await fleet.run(words, { terminal: true, env: { NO_COLOR: '1', HOME: fleet.folder } })
      const shown = harmless(both, 'tabs and lines').replaceAll(fleet.folder, '/tmp/fleet')
      texts.push(`$ mitra ${words.map((word) => harmless(word)).join(' ')}\n${shown}[${status}]\n`)
    }
    const file = join(folder, `${name}.txt`)
    if (process.env['UPDATE_GOLDEN']) {
      mkdirSync(folder, { recursive: true })
      writeFileSync(file, texts.join('\n'))
    }
    assert.equal(texts.join('\n'), readFileSync(file, 'utf8'))
  })
