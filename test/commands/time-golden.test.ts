// What `mitra history`, `diff`, `blame` and `when` show of the scripted fleet at a terminal of 100 columns in Berlin, recorded
// under test/golden/terminal, and the JSON of the same held against it. `UPDATE_GOLDEN=1 node --test test/commands/time-golden.test.ts`
// records anew.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { scenarioNow } from '../scenario/scenario.ts'
import { scenarioStore } from '../scenario/scenario-store.ts'
import { mitra, parsedLines } from './mitra.ts'

const path = await scenarioStore()
const folder = join(import.meta.dirname, '../golden/terminal')

const sessions: Record<string, readonly (readonly string[])[]> = {
  history: [
    ['history', 'web3', '/proc/sys'],
    ['history', 'web1', 'packages'],
    ['history', 'web1', '/etc/hosts'],
    ['history', 'cache1', '/etc/ntp.conf'],
    ['history', 'cache1', '/etc/ntp.conf', '-p'],
    ['history', 'db2', '/etc/security/limits.conf'],
    ['history', 'cache4', '/etc/ssh/sshd_config'],
    ['history', 'web1', '/etc/hosts', '--from', '2026-11-14T14:37:01', '--to', '2026-11-14T14:37:01'],
    [
      'history',
      'db1',
      '/proc/meminfo',
      '--field',
      'meminfo.Cached',
      '--from',
      '2026-11-17T14:50',
      '--to',
      '2026-11-17T15:20',
      '--limit',
      '5',
    ],
    ['history', 'web2', 'netstat -s', '--field', 'netstat.TcpExt.ListenDrops', '--from', '2026-11-19', '--limit', '5'],
    ['history', 'web1', '/etc/fstap'],
  ],
  diff: [
    ['diff', 'web3', '/proc/sys'],
    ['diff', 'web3', '/proc/sys', '--keys'],
    ['diff', 'web1', 'packages', '--from', '2026-11-11', '--to', '2026-11-15', '--keys'],
    ['diff', 'web5', 'web1', '/etc/resolv.conf'],
    ['diff', 'web5', 'web1', '/etc/resolv.conf', '--side-by-side'],
    ['diff', 'web5', '/etc/resolv.conf', '--word'],
    ['diff', 'db1', '/proc/meminfo', '--from', '2026-11-17T15:03:05', '--to', '2026-11-17T15:04:00'],
    ['diff', 'web1', 'web4', '/proc/sys', '--ignore-volatile', '--to', '2026-11-12'],
    ['diff', 'cache1', '/etc/ntp.conf', '--to', '2026-11-13'],
    ['diff', 'db2', '/etc/security/limits.conf', '--from', '2026-11-14'],
    ['diff', 'web1', 'web9', '/etc/hosts'],
  ],
  blame: [
    ['blame', 'web1', '/etc/hosts'],
    ['blame', 'cache4', '/etc/ssh/sshd_config'],
    ['blame', 'web1', 'packages', '--keys', '--limit', '8'],
    ['blame', 'db3', '/etc/nothing'],
  ],
  when: [
    ['when', 'filename:/proc/sys AND sysctl.net.core.somaxconn:128'],
    ['when', '"PermitRootLogin yes"'],
    ['when', 'host.os.kernel:6.1.0-21*'],
    ['when', 'filename:/etc/ntp.conf AND file.exists:true', '--from', '2026-11-12'],
    ['when', 'filename:/proc/sys AND sysctl.net.core.somaxconn:128', '--now'],
    ['when', 'package.name:emacs'],
  ],
}

for (const [name, commands] of Object.entries(sessions))
  test(`a terminal shows ${name} of the scripted fleet as recorded`, async () => {
    const texts: string[] = []
    for (const words of commands) {
      const argv = [...words, '--store', path]
      const env = { NO_COLOR: '1' }
      const { status, stdout, stderr } = await mitra(argv, { terminal: true, now: scenarioNow, env })
      texts.push(`$ mitra ${words.join(' ')}\n${stdout}${stderr}[${status}]\n`)
    }
    const file = join(folder, `${name}.txt`)
    if (process.env['UPDATE_GOLDEN']) writeFileSync(file, texts.join('\n'))
    assert.equal(texts.join('\n'), readFileSync(file, 'utf8'))
  })

for (const words of [...(sessions['history'] ?? []), ...(sessions['blame'] ?? [])].filter(
  (each) => !each.includes('-p'),
))
  test(`${words.join(' ')} has as many rows in JSON as a terminal shows`, async () => {
    const argv = [...words, '--store', path]
    const shown = await mitra(argv, { terminal: true, now: scenarioNow })
    const json = await mitra([...argv, '--json'], { now: scenarioNow })
    assert.equal(json.status, shown.status)
    const rows = shown.stdout.split('\n').filter((line) => /^2026-.{20,} {2}/.test(line.replace(/\x1b\[[\d;]*m/g, '')))
    assert.equal(parsedLines(json.stdout).length, rows.length)
  })

for (const words of sessions['when'] ?? [])
  test(`${words.join(' ')} has the spans in JSON that a terminal shows`, async () => {
    const argv = [...words, '--store', path]
    const shown = await mitra(argv, { terminal: true, now: scenarioNow })
    const json = await mitra([...argv, '--json'], { now: scenarioNow })
    assert.equal(json.status, shown.status)
    const spans = parsedLines<{ since?: string; until?: string; lasted_ms?: number }>(json.stdout).slice(0, -1)
    assert.equal(spans.length, Math.max(0, shown.stdout.split('\n').length - 2))
    for (const { since = '', until, lasted_ms } of spans)
      assert.equal(lasted_ms, (until === undefined ? scenarioNow : Date.parse(until)) - Date.parse(since))
  })

for (const words of sessions['diff'] ?? [])
  test(`${words.join(' ')} differs in JSON as it does at a terminal`, async () => {
    const plain = words.filter((word) => !['--keys', '--word', '--side-by-side'].includes(word))
    const { status, stdout } = await mitra([...plain, '--json', '--store', path], { now: scenarioNow })
    const shown = await mitra([...words, '--store', path], { now: scenarioNow })
    assert.equal(status, shown.status)
    if (status === 2) return
    const [found] = parsedLines<{ same: boolean; keys?: object[]; lines?: { removed: number; added: number } }>(stdout)
    assert.equal(found?.same, status === 0)
    const count = (sign: string) =>
      shown.stdout
        .split('\n')
        .slice(2)
        .filter((line) => line.startsWith(sign)).length
    const isByKey = words.includes('--keys') || words.includes('--ignore-volatile') || found?.lines === undefined
    if (isByKey) assert.equal(found?.keys?.length, shown.stdout.trimEnd().split('\n').length - 2)
    else if (plain.length === words.length)
      assert.deepEqual([count('-'), count('+')], [found?.lines?.removed, found?.lines?.added])
  })
