// `mitra prune` as a person runs it against a cluster: what it says before, while and after.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setUp, targetOf } from '../elasticsearch/empty-store.ts'
import { request } from '../elasticsearch/request.ts'
import type { ServerAddress } from '../elasticsearch/server.ts'
import { elasticsearch } from '../elasticsearch/servers.ts'
import { minimal, mitra, ndjson, temporaryFolder } from './mitra.ts'

const server = await elasticsearch('current')

describe('mitra prune in Elasticsearch', { skip: server.skip ?? false }, () => {
  const address = server as ServerAddress
  const target = targetOf(address)
  const { prefix } = target
  const config = join(temporaryFolder(), 'mitra.yml')
  const configured = (retention: string) =>
    writeFileSync(
      config,
      `store: {elasticsearch: {nodes: ["${address.url}"]}}\nindexer: {prefix: ${prefix}}\nretention:\n${retention}`,
    )
  const prune = (words: string[] = [], terminal = false) => mitra(['prune', '--config', config, ...words], { terminal })
  const indices = async () =>
    Object.keys(await request(address, `/${prefix}*?expand_wildcards=all&filter_path=*.aliases`))

  before(async () => {
    await setUp(address, target)
    configured('  days: 5\n')
    for (const [day, text] of [
      ['10', 'a'],
      ['16', 'b'],
      ['19', 'c'],
      ['19', 'd'],
    ] as const) {
      const at = `2026-11-${day}T12:00:0${text === 'd' ? 1 : 0}.000Z`
      const stdin = ndjson([minimal('web-01', '/etc/fstab', at, text)])
      assert.equal((await mitra(['import', '--config', config], { stdin })).stderr, '')
    }
  })
  after(async () => {
    for (const name of await indices()) await request(address, `/${name}`, { method: 'DELETE' })
  })

  test('--dry-run says what would be done and does nothing of it', async () => {
    configured('  days: 5\n  history: 5\n  warm: {tier: data_warm}\n')
    const before = await indices()
    const { status, stdout, stderr } = await prune(['--dry-run'])
    assert.deepEqual([status, stderr], [0, ''])
    assert.equal(
      stdout,
      [
        'would remove 1 daily state, 1 version and 0 hosts',
        'would remove 2 indices',
        `  ${prefix}2026.11.10`,
        `  ${prefix}history_2026.11.10`,
        'would move 2 indices',
        `  ${prefix}2026.11.16 to data_warm`,
        `  ${prefix}history_2026.11.16 to data_warm`,
        'would merge 2 indices',
        `  ${prefix}2026.11.19`,
        `  ${prefix}history_2026.11.19`,
        '',
      ].join('\n'),
    )
    assert.deepEqual(await indices(), before)
    assert.equal((await prune(['-n'])).stdout, stdout)
  })

  test('--json has it as one object', async () => {
    const report = JSON.parse((await prune(['--dry-run', '--json', '--history', '0'])).stdout)
    assert.deepEqual(report.removed, [`${prefix}2026.11.10`])
    assert.deepEqual(report.moved[0], { index: `${prefix}history_2026.11.10`, to: 'data_warm' })
    assert.deepEqual(report.problems, [])
  })

  test('does it, and shows at a terminal what it is at', async () => {
    const { status, stdout, stderr } = await prune([], true)
    assert.equal(status, 0)
    assert.match(stdout, /^removed 1 daily state, 1 version and 0 hosts\nremoved 2 indices\n/)
    assert.match(stdout, /\nmerged 2 indices\n.*\n.*\nthe store takes \S+ kB, before \S+ kB\n$/)
    assert.match(stderr, new RegExp(`^\rremoving ${prefix}2026\\.11\\.10, 1 of 2`))
    assert.ok(!(await indices()).includes(`${prefix}2026.11.10`))
    assert.match((await prune()).stdout, /^removed 0 daily states, 0 versions and 0 hosts\nthe store takes/)
  })

  test('what cannot be done is an error, and the rest is done', async () => {
    configured('  days: 3\n  warm: {attribute: {box_type: warm}}\n')
    const { status, stdout, stderr } = await prune()
    assert.equal(status, 2)
    assert.match(stdout, /^removed 1 daily state/)
    assert.equal(stderr, 'nothing is moved to box_type=warm: no data node has that\n')
  })
})
