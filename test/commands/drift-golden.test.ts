// What `mitra drift` and `mitra assert` show of the scripted fleet at a terminal of 100 columns, recorded under test/golden/terminal,
// and the JSON of the same beside it. `UPDATE_GOLDEN=1 node --test test/commands/drift-golden.test.ts` records anew.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { scenarioNow } from '../scenario/scenario.ts'
import { scenarioStore } from '../scenario/scenario-store.ts'
import { mitra, parsedLines } from './mitra.ts'

const path = await scenarioStore()

const sessions: Record<string, readonly (readonly string[])[]> = {
  drift: [
    ['drift', 'sysctl.net.core.somaxconn'],
    ['drift', 'sysctl.net.core.somaxconn', '--at', '2026-11-16T12:00:00Z'],
    ['drift', 'sysctl.kernel.unprivileged_bpf_disabled', '--universe', 'labels.role:cache OR labels.role:web'],
    ['drift', 'sysctl.vm.dirty_ratio', '--day', '2026-11-13'],
    ['drift', 'sysctl.vm.swappiness', 'filename:/etc/sysctl.conf'],
    ['drift', 'sysctl.kernel.hostname', '--limit', '1'],
    ['drift', '/etc/resolv.conf'],
    ['drift', '/etc/ntp.conf', '--at', '2026-11-13T12:00:00Z'],
    ['drift', '/etc/security/limits.conf', '--at', '2026-11-14T12:00:00Z', '--group-by', 'labels.role'],
    ['drift', '--limit', '12'],
    ['drift', '--peers'],
    ['drift', '--of', 'packages', '--universe', 'host.os.name:Debian*'],
    ['drift', '--of', 'files', '--limit', '8'],
    ['drift', '--effective'],
    ['drift', '--effective', '--at', '2026-11-13T16:00:00Z'],
  ],
  assert: [
    ['assert', 'filename:/proc/sys AND sysctl.net.core.somaxconn:>=16384', '--on', 'labels.role:web'],
    ['assert', 'package.name:zsh'],
    ['assert', 'package.name:telnet*', '--on', 'none', '--at', '2026-11-14'],
    ['assert', 'filename:/etc/fstab', '--on', 'labels.role:web'],
    ['assert', '--rules', 'config/rules.yml', '--allow-silent'],
    ['assert', '--rules', 'config/rules.yml', '--tap', '--allow-silent'],
  ],
}

const root = join(import.meta.dirname, '../..')
const actual = (words: readonly string[]) => words.map((word) => (word.startsWith('config/') ? join(root, word) : word))

for (const [name, commands] of Object.entries(sessions))
  test(`a terminal shows ${name} of the scripted fleet as recorded`, async () => {
    const texts: string[] = []
    for (const words of commands) {
      const argv = [...actual(words), '--store', path]
      const env = { NO_COLOR: '1' }
      const { status, stdout, stderr } = await mitra(argv, { terminal: true, now: scenarioNow, env })
      texts.push(`$ mitra ${words.join(' ')}\n${stdout}${stderr}[${status}]\n`)
      if (words.includes('--tap')) continue
      const json = await mitra([...argv, '--json'], { now: scenarioNow, env })
      const rows = parsedLines(json.stdout).filter((row) => !('summary' in row))
      assert.equal(json.status, status)
      assert.equal(rows.length, Math.max(0, stdout.split('\n').length - 2), words.join(' '))
    }
    const file = join(root, 'test/golden/terminal', `${name}.txt`)
    if (process.env['UPDATE_GOLDEN']) writeFileSync(file, texts.join('\n'))
    assert.equal(texts.join('\n'), readFileSync(file, 'utf8'))
  })
