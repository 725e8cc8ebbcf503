import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DriftRequest, drift } from '../../src/history/drift.ts'
import { raritiesOf } from '../../src/history/rarity.ts'
import { parseQuery } from '../../src/query/parser.ts'
import { resolveQuery } from '../../src/query/resolve.ts'
import { stored } from './stored.ts'

const document = (host: string, path: string, time: string, more: object) => ({
  '@timestamp': `2026-11-20T${time}:00.000Z`,
  'host.name': host,
  'file.path': path,
  'labels.role': host.replace(/\d/g, ''),
  ...more,
})
const settings = (host: string, time: string, text: string) => document(host, '/proc/sys', time, { content: text })
const about = (host: string, kernel: string) =>
  document(host, 'host', '08:00', {
    'host.os.kernel': kernel,
    'host.os.name': 'Debian GNU/Linux',
    'host.os.version': '12',
  })

const fleet = [
  ...['web1', 'web2', 'web3'].map((host) => about(host, '6.1.0')),
  about('db1', '4.18.0'),
  ...['web1', 'web2', 'web3'].map((host) =>
    settings(host, '08:00', 'net.ipv4.tcp_rmem = 4096\t87380\t8\nvm.swappiness = 60\nvm.new = 1\n'),
  ),
  settings('web3', '10:00', 'net.ipv4.tcp_rmem = 87380\t4096\t8\nvm.swappiness = 1\nvm.new = 1\n'),
  settings('db1', '08:00', 'net.ipv4.tcp_rmem = 4096\t87380\t8\nvm.swappiness = 60\n'),
  document('web1', '/etc/sysctl.conf', '08:00', { content: 'vm.swappiness = 7\n' }),
  ...['web1', 'web2'].map((host) => document(host, '/etc/motd', '08:00', { content: 'hello\n' })),
  document('web3', '/etc/motd', '08:00', { content: 'hello\n' }),
  document('web3', '/etc/motd', '09:00', { 'file.exists': false }),
  document('db1', '/etc/motd', '08:00', { 'error.message': 'permission denied' }),
  document('web1', 'packages', '08:00', { content: 'bash 5.2 amd64\nlinux-image 1 amd64\nlinux-image 2 amd64\n' }),
  document('web2', 'packages', '08:00', { content: 'bash 5.2 amd64\nlinux-image 1 amd64\n' }),
  document('web3', 'packages', '08:00', { content: 'bash 5.1 amd64\nzsh 5.9 amd64\nlinux-image 1 amd64\n' }),
  document('log1', '/etc/hostname', '08:00', { content: 'log1\n' }),
]

const store = await stored(fleet)

const asked = (query: string) => resolveQuery(parseQuery(query))

/** Each value that is not the majority’s as `item: value of hosts (majority)`. */
async function found(subject: DriftRequest['subject'], more: Partial<DriftRequest> = {}) {
  const answer = await drift(store, {
    subject,
    condition: { kind: 'all' },
    view: { kind: 'latest' },
    silentBefore: 0,
    ...more,
  })
  const rows = answer.splits.flatMap(raritiesOf).map(({ item, value, names, majority }) => {
    const most = majority === undefined ? 'tie' : `${majority.value ?? 'none'}`
    return `${item}: ${value ?? 'none'} of ${names?.join(' ')} (${most})`
  })
  return { ...answer, rows: rows.sort() }
}

test('tells who differs in a field, and whom it could not compare', async () => {
  const { rows, coverage } = await found({ kind: 'field', field: 'sysctl.vm.swappiness' })
  assert.deepEqual(rows, ['/proc/sys: 1 of web3 (60)'])
  assert.deepEqual([coverage.asked, coverage.matched, coverage.without_source], [5, 4, 1])
})

test('compares lists of numbers as a whole, in their order', async () => {
  assert.deepEqual((await found({ kind: 'field', field: 'sysctl.net.ipv4.tcp_rmem' })).rows, [
    '/proc/sys: 87380,4096,8 of web3 (4096,87380,8)',
  ])
})

test('compares what is configured where the query names its path', async () => {
  const { splits } = await found(
    { kind: 'field', field: 'sysctl.vm.swappiness' },
    { condition: asked('filename:/etc/sysctl.conf') },
  )
  assert.deepEqual(
    splits.map(({ item, hosts }) => [item, hosts]),
    [['/etc/sysctl.conf', 1]],
  )
})

test('compares a setting only between kernels that know it', async () => {
  const { splits, rows } = await found({ kind: 'field', field: 'sysctl.*' })
  assert.deepEqual(splits.map(({ item, hosts }) => `${item} ${hosts}`).sort(), [
    'sysctl.net.ipv4.tcp_rmem 4',
    'sysctl.vm.new 3',
    'sysctl.vm.swappiness 4',
  ])
  assert.equal(rows.length, 2)
})

test('takes a removed file for a state of its own, and an unreadable one for none', async () => {
  const { rows, coverage } = await found({ kind: 'file', path: '/etc/motd' })
  const { splits } = await found({ kind: 'file', path: '/etc/motd' })
  assert.equal(rows.length, 1)
  assert.match(rows[0] ?? '', /^\/etc\/motd: removed of web3 \([0-9a-f]{64}\)$/)
  assert.equal(splits[0]?.hosts, 3)
  assert.equal(coverage.in_error, 1)
})

test('answers for an earlier moment', async () => {
  const view = { kind: 'moment', at: Date.parse('2026-11-20T08:30:00Z') } as const
  assert.deepEqual((await found({ kind: 'file', path: '/etc/motd' }, { view })).rows, [])
  assert.deepEqual((await found({ kind: 'field', field: 'sysctl.vm.swappiness' }, { view })).rows, [])
})

test('tells rare versions, several of one package, and packages only some have', async () => {
  assert.deepEqual((await found({ kind: 'packages' })).rows, [
    'bash: 5.1 of web3 (5.2)',
    'linux-image: 1,2 of web1 (1)',
    'zsh: 5.9 of web3 (none)',
  ])
})

test('compares all files by their texts', async () => {
  const { rows } = await found({ kind: 'files' })
  assert.deepEqual(
    rows.map((row) => row.replace(/[0-9a-f]{64}/, 'hash')),
    ['/etc/motd: removed of web3 (hash)'],
  )
})

test('compares within groups, by a label or by facts of the host, and says who is alone', async () => {
  const byRole = await found({ kind: 'field', field: 'sysctl.vm.swappiness' }, { groupBy: ['labels.role'] })
  assert.deepEqual([byRole.rows, byRole.alone, byRole.ungrouped], [['/proc/sys: 1 of web3 (60)'], ['db1'], []])
  const peers = ['host.os.kernel', 'host.os.name', 'host.os.version']
  const byKernel = await found({ kind: 'field', field: 'sysctl.vm.swappiness' }, { groupBy: peers })
  assert.deepEqual(byKernel.splits.map(({ group }) => group).sort(), [
    '4.18.0 Debian GNU/Linux 12',
    '6.1.0 Debian GNU/Linux 12',
  ])
  assert.deepEqual(byKernel.alone, ['db1'])
  const byNothing = await found({ kind: 'field', field: 'sysctl.vm.swappiness' }, { groupBy: ['labels.rack'] })
  assert.deepEqual([byNothing.splits, byNothing.ungrouped], [[], ['db1', 'web1', 'web2', 'web3']])
})

test('asks only the hosts of a universe', async () => {
  const universe = asked('host.os.kernel:4.18*')
  const { splits, coverage } = await found({ kind: 'field', field: 'sysctl.vm.swappiness' }, { universe })
  assert.deepEqual([splits[0]?.hosts, coverage.asked], [1, 1])
})
