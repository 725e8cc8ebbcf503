// The conditions of bursts: what is wrong with them is said with its line, and what they mean goes with the time.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { burstSettings, conditionMistake } from '../../src/commands/burst-rules.ts'
import { configurationOf } from '../../src/commands/configured.ts'
import { loadConfiguration } from '../../src/config/load.ts'
import { file, load, sources } from '../config/written.ts'
import { documentOf } from '../store/document-of.ts'
import { configuredHost } from './configured-host.ts'

const now = Date.parse('2026-11-18T12:00:00Z')

test('every mistake in a rule is a line of its own, and nothing starts', async (t) => {
  const host = configuredHost(
    'debian12-6.1',
    `burst:
  rules:
  - name: low
    when: "zoneinfo.below_low:true AND ("
  - name: low
    when: "vmstt.pgscan:>3"
    sources: [zoneinf, vmstat]
    interval: 0.01
  - {name: third, sources: [vmstat]}
  - {name: fourth, when: "loadavg.load1:>abc", resd: 3}
`,
  )
  t.after(host.remove)
  for (const command of ['check', 'agent', 'index']) {
    const { status, stderr } = await host.run([command])
    assert.equal(status, 2)
    assert.deepEqual(stderr.replace('mitra: ', '').replaceAll(`${host.config}:`, '').trimEnd().split('\n'), [
      '6: burst.rules[0].when cannot be read at character 30: expected a term, found end of query',
      '7: burst.rules[1].name is that of burst.rules[0] too',
      '8: burst.rules[1].when asks for "vmstt.pgscan", which no source gives',
      '9: burst.rules[1].sources[0] is no source, got "zoneinf", did you mean zoneinfo?',
      '10: burst.rules[1].interval must be a number of seconds, 0.1 to 60, got 0.01',
      '11: burst.rules[2].when is missing, it must be a query as a text',
      '12: unknown key burst.rules[3].resd, did you mean burst.rules[3].rest?',
      '12: burst.rules[3].when cannot be read at character 15: expected a number for "loadavg.load1", found "abc"',
    ])
  }
})

for (const right of [
  'zoneinfo.below_low:true',
  'socket.listen.pct:>80 OR netstat_rate.TcpExt.ListenDrops:>0',
  'pressure.memory.full_avg10:>=5 AND labels.role:web',
  'config.sshd.PermitRootLogin:yes',
  '_exists_:zoneinfo',
  'vmstat.pg*:>3',
  'content:"Out of memory"',
])
  test(`takes ${right} as a condition`, () => assert.equal(conditionMistake(right, now), undefined))

test('the rules that docs/configuration.md shows are right', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8')
  const [, shown = ''] = /^```yaml\n(burst:.*?)^```/ms.exec(page) ?? []
  writeFileSync(file, shown)
  const { burst } = await configurationOf({ config: file }, { env: {} })
  assert.deepEqual(
    burst.rules.map(({ name }) => name),
    ['memory below low', 'accept queue'],
  )
})

test('names the field that was meant', () => {
  assert.equal(
    conditionMistake('loadavg.lod1:>3', now),
    'asks for "loadavg.lod1", which no source gives, did you mean loadavg.load1?',
  )
})

test('a date goes with the time', async () => {
  await load('burst: {rules: [{name: changed, when: "file.mtime:>now-5m"}]}\n')
  const configuration = await loadConfiguration({ file, env: {}, sources, uid: 0 })
  let time = now
  const { rules, dayFile } = burstSettings(configuration, { driver: 'embedded', path: '/x/mitra.db' }, () => time)
  assert.equal(dayFile, '/x/mitra.db-bursts')
  const written = new Date(now - 60_000).toISOString()
  const touched = documentOf('web1', '/etc/motd', written, { 'file.mtime': written })
  assert.equal(rules[0]?.matches(touched), true)
  time += 3_600_000
  assert.equal(rules[0]?.matches(touched), false)
})
