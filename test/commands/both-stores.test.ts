// Every command that asks gives the same answer from either store: the same words, the same output, to the byte. Only where JSON
// comes out, fields of no declaration may stand in another order.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { setUp, targetOf } from '../elasticsearch/empty-store.ts'
import { elasticsearch } from '../elasticsearch/servers.ts'
import { corpus } from '../store/elasticsearch/corpus.ts'
import { lines } from './fleet.ts'
import { mitra, ndjson, parsedLines, temporaryFolder } from './mitra.ts'

const server = await elasticsearch('current')
const folder = temporaryFolder()
const now = Date.UTC(2026, 10, 21, 12)

const questions: readonly (readonly string[])[] = [
  ['search', 'somaxconn'],
  ['search', 'somaxconn', '--json'],
  ['search', 'filename:/etc/fstab AND ext4', '--json'],
  ['search', '"somaxconn 128"', '--csv'],
  ['search', 'sysctl.net.core.somaxconn:>128', '--fields', 'host.name,file.path,sysctl.net.core.somaxconn'],
  ['search', 'filename:/etc/hosts AND size:>100', '--fields', 'host.name,file.size,file.mode'],
  ['search', 'filename:/etc/fstab', '--day', '2026-11-20', '--json'],
  ['search', 'filename:/etc/fstab', '--from', '2026-11-17', '--json'],
  ['search', 'filename:/etc/fstab', '--history', '--json'],
  ['search', 'event.kind:metric', '--history', '--json'],
  ['search', '*:*', '--json', '--limit', '40'],
  ['search', 'nothing_has_this'],
  ['search', 'sysctl.net.core.somaxcon:128'],
  ['search', 'sysctl.*:128', '--fields', 'host.name,file.path'],
  ['search', '_exists_:error.message', '--json'],
  ['grow', 'meminfo.MemFree', '--window', '30d', '--all', '--json'],
  ['grow', 'package.count', '--window', '30d', '--all', '--json'],
  ['hosts'],
  ['hosts', '--json'],
  ['hosts', 'content:ext4'],
  ['hosts', '--without', 'package.name:bash', '--json'],
  ['hosts', 'content:ext4', '--without', 'sysctl.net.core.somaxconn:128', '--json'],
  ['hosts', '--universe', 'labels.role:db', '--json'],
  ['hosts', '--silent', '1h', '--json'],
  ['hosts', 'filename:/etc/fstab', '--day', '2026-11-18', '--count'],
  ['values', 'sysctl.vm.swappiness', '--json'],
  ['values', 'sysctl.net.core.somaxconn', '--outliers'],
  ['values', 'sysctl.net.ipv4.tcp_rmem', '--json'],
  ['values', 'sysctl.a', '--json'],
  ['values', 'host.os.name', '--json'],
  ['values', 'file.path', 'hostname:web*', '--json'],
  ['values', 'file.size', 'filename:/etc/hosts', '--json'],
  ['values', 'meminfo.MemTotal', '--json'],
  ['values', 'zoneinfo.node0.Normal.below_low', '--json'],
  ['values', 'package.name', '--limit', '20', '--json'],
  ['values', 'labels.role', '--json'],
  ['values', 'no.such', '--json'],
  ['values', 'host.ip', '--json'],
  ['values', 'file.mtime', '--json', '--limit', '20'],
  ['fields', '--fields', 'name', '--limit', '0'],
  ['fields', 'net.core'],
  ['fields', 'swap'],
  ['drift', 'sysctl.net.core.somaxconn', '--json'],
  ['drift', 'sysctl.net.ipv4.tcp_rmem', '--group-by', 'labels.role', '--json'],
  ['drift', 'file.owner', '--csv'],
  ['drift', '/etc/hosts'],
  ['drift', '/etc/fstab', '--day', '2026-11-20', '--json'],
  ['drift', '--json', '--limit', '50'],
  ['drift', '--peers', '--json'],
  ['drift', '--of', 'packages', '--json', '--limit', '50'],
  ['drift', '--of', 'files', '--at', '2026-11-21', '--json'],
  ['drift', '--effective', '--json'],
  ['drift', 'no.such', '--json'],
  ['assert', 'sysctl.net.core.somaxconn:>=1024', '--json'],
  ['assert', 'filename:/etc/fstab AND ext4', '--on', 'hostname:web*'],
  ['assert', 'package.name:bash', '--on', 'none', '--allow-silent'],
  ['assert', '--rules', join(import.meta.dirname, '../../config/rules.yml'), '--tap'],
  ['show', 'web1', '/etc/fstab'],
  ['show', 'web1', '/etc/fstab', '--at', '2026-11-20T12:00:00Z', '--json'],
  ['show', 'web1', '/etc/fstap'],
  ['show', 'web', '/etc/fstab'],
  ['show', 'web1', '/etc/fstab', '--at', '2026-11-01'],
  [
    'compare',
    'web1',
    '/proc/meminfo',
    '/proc/sys',
    '--at',
    '2026-11-17',
    '--at',
    '2026-11-19',
    '--at',
    '2026-11-21T12:00Z',
    '--json',
  ],
  [
    'compare',
    'web1',
    '/proc/meminfo',
    '/etc/fstab',
    '--before',
    '2026-11-16',
    '--after',
    '2026-11-18',
    '--step',
    '12h',
  ],
  ['around', 'web1', '2026-11-18T12:00Z', '--window', '1d', '--json'],
  ['around', 'web1', '2026-11-20T12:00Z', '--window', '4h'],
  ['values', 'meminfo.MemFree', '--over-time', 'day', '--from', '2026-11-15', '--json'],
  ['values', 'sysctl.vm.swappiness', 'hostname:web*', '--over-time', 'day'],
  ['history', 'web1', '/etc/fstab', '--json', '-p'],
  ['history', 'web1', '/etc/fstab', '--from', '2026-11-20'],
  ['history', 'web1', '/proc/sys'],
  ['history', 'web1', '/etc/fstab', '--field', 'file.size', '--json'],
  ['history', 'web1', '/etc/fstap'],
  ['diff', 'web1', '/etc/fstab'],
  ['diff', 'web1', 'web2', '/etc/fstab', '--json'],
  ['diff', 'web1', 'web2', '/proc/sys', '--keys', '--ignore-volatile'],
  ['diff', 'web1', '/etc/fstab', '/etc/hosts', '--word'],
  ['diff', 'web1', '/etc/fstab', '--from', '2026-11-01'],
  ['diff', 'web1', 'webb2', '/etc/fstab'],
  ['blame', 'web1', '/etc/fstab', '--json'],
  ['blame', 'web1', '/proc/sys', '--keys'],
  ['export', 'filename:/etc/fstab'],
  ['export', '--history', 'hostname:web1'],
  ['export', '--from', '2026-11-16', 'hostname:web*'],
]

describe('the commands on both stores', { skip: server.skip ?? false }, () => {
  let embedded: string[]
  let elastic: string[]

  before(async () => {
    if (server.skip !== undefined) return
    const { prefix, nodes } = targetOf(server)
    await setUp(server, { ...targetOf(server), prefix })
    const config = join(folder, 'elasticsearch.yml')
    writeFileSync(
      config,
      `store: {elasticsearch: {nodes: ${JSON.stringify(nodes)}, timeout: 120}}\nindexer: {prefix: ${prefix}}\n`,
    )
    embedded = ['--store', join(folder, 'mitra.db')]
    elastic = ['--config', config]
    const stdin = ndjson(corpus(2, 7)) + lines()
    const imported = []
    for (const store of [embedded, elastic])
      imported.push(await mitra(['import', '--skip-errors', ...store], { stdin, now }))
    assert.deepEqual(imported[1], imported[0])
  })

  for (const words of questions) {
    test(words.join(' '), async () => {
      const one = await mitra([...words, ...embedded], { now })
      const two = await mitra([...words, ...elastic], { now })
      if (words.includes('--json') || words[0] === 'export')
        assert.deepEqual(parsedLines(two.stdout), parsedLines(one.stdout))
      else assert.deepEqual(two.stdout.split('\n'), one.stdout.split('\n'))
      // both failing alike is no answer
      assert.doesNotMatch(one.stderr, /^mitra: /m)
      assert.equal(two.stderr, one.stderr)
      assert.equal(two.status, one.status)
    })
  }
})
