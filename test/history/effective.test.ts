import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deviationsOf, effectiveDrift } from '../../src/history/effective.ts'
import { stored } from './stored.ts'

const kernel = `kernel.core_pattern = core
net.core.somaxconn = 4096
net.ipv4.conf.all.rp_filter = 0
net.ipv4.conf.eth0.rp_filter = 1
net.ipv4.tcp_rmem = 4096\t131072\t6291456
vm.swappiness = 60
`

const cases: [title: string, files: Record<string, string>, deviations: string[]][] = [
  [
    'nothing where all is as configured',
    { '/etc/sysctl.conf': 'vm.swappiness=60\nnet.ipv4.tcp_rmem = 4096 131072 6291456' },
    [],
  ],
  [
    'a setting that nobody loaded',
    { '/etc/sysctl.d/a.conf': 'vm.swappiness=1' },
    ['vm.swappiness 1 60 /etc/sysctl.d/a.conf'],
  ],
  ['only the last word of a file', { '/etc/sysctl.conf': 'vm.swappiness=1\nvm.swappiness=2\nvm.swappiness=60' }, []],
  [
    'only the last word of all files',
    {
      '/etc/sysctl.d/a.conf': 'vm.swappiness=60',
      '/etc/sysctl.conf': 'vm/swappiness=1',
      '/lib/sysctl.d/z.conf': 'vm.swappiness=2',
    },
    ['vm.swappiness 1 60 /etc/sysctl.conf'],
  ],
  [
    'what the kernel does not know',
    { '/etc/sysctl.conf': 'net.ipv4.tcp_tw_recycle=0' },
    ['net.ipv4.tcp_tw_recycle 0 - /etc/sysctl.conf'],
  ],
  ['nothing of what may fail', { '/etc/sysctl.conf': '-net.ipv4.tcp_tw_recycle=0' }, []],
  ['what may fail and did', { '/etc/sysctl.conf': '-vm.swappiness=0' }, ['vm.swappiness 0 60 /etc/sysctl.conf']],
  [
    'nothing of what is never stored',
    {
      '/etc/sysctl.conf':
        'net.ipv4.tcp_fastopen_key=1\nvm.compact_memory=1\nnet.ipv4.route.flush=1\nkernel.random.uuid=1',
    },
    [],
  ],
  [
    'what a pattern asks of single interfaces',
    { '/etc/sysctl.d/a.conf': 'net.ipv4.conf.*.rp_filter=2\n-net.ipv4.conf.all.rp_filter' },
    ['net.ipv4.conf.eth0.rp_filter 2 1 /etc/sysctl.d/a.conf'],
  ],
]
for (const [title, files, expected] of cases)
  test(`tells ${title}`, () => {
    const found = deviationsOf('web1', new Map(Object.entries(files)), kernel)
    assert.deepEqual(
      found.map(({ key, configured, effective, file }) => `${key} ${configured} ${effective ?? '-'} ${file}`),
      expected,
    )
  })

const at = (time: string) => `2026-11-20T${time}:00.000Z`
const document = (host: string, path: string, time: string, more: object) => ({
  '@timestamp': at(time),
  'host.name': host,
  'file.path': path,
  ...more,
})

test('compares each host with its own files, now and at an earlier time', async () => {
  const store = await stored([
    document('web1', '/proc/sys', '08:00', { content: kernel }),
    document('web1', '/etc/sysctl.conf', '08:00', { content: 'vm.swappiness=60\n' }),
    document('web1', '/etc/sysctl.conf', '10:00', { content: 'vm.swappiness=1\n' }),
    document('web2', '/proc/sys', '08:00', { content: kernel }),
    document('web2', '/etc/sysctl.d/a.conf', '08:00', { content: 'vm.swappiness=1\n' }),
    document('web2', '/etc/sysctl.d/a.conf', '09:00', { 'file.exists': false }),
    document('web3', '/proc/sys', '08:00', { content: kernel }),
    document('web3', '/etc/sysctl.d/b.conf', '08:00', { 'error.message': 'permission denied' }),
    document('db1', '/etc/sysctl.conf', '08:00', { content: 'vm.swappiness=1\n' }),
  ])
  const ask = async (view: Parameters<typeof effectiveDrift>[1]['view'], more: object = {}) => {
    const answer = await effectiveDrift(store, { view, silentBefore: 0, ...more })
    return { ...answer, deviations: answer.deviations.map(({ host, configured }) => `${host} ${configured}`) }
  }
  const now = await ask({ kind: 'latest' })
  assert.deepEqual(now.deviations, ['web1 1'])
  assert.deepEqual(now.unread, ['web3'])
  // web2 has no file any more, db1 tells nothing of its kernel
  assert.deepEqual([now.compared, now.coverage.asked, now.coverage.without_source], [2, 4, 1])
  const then = await ask({ kind: 'moment', at: Date.parse(at('08:30')) })
  assert.deepEqual(then.deviations, ['web2 1'])
  assert.deepEqual((await ask({ kind: 'latest' }, { key: 'kernel.sysrq' })).deviations, [])
  const universe = { kind: 'value', field: 'host.name', value: { text: 'web2' } } as const
  assert.deepEqual((await ask({ kind: 'latest' }, { universe })).deviations, [])
})
