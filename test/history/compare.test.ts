import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogue } from '../../src/commands/declared-fields.ts'
import { type ComparedPath, compare } from '../../src/history/compare.ts'
import { minimal } from '../commands/mitra.ts'
import { counterText, hostDocument, meminfoText, stored } from './stored.ts'

const at = (clock: string) => Date.parse(`2026-11-18T${clock}Z`)

async function compared(documents: readonly object[], path: string, clocks: readonly string[]): Promise<ComparedPath> {
  const store = await stored(documents)
  const [found] = await compare(store, { host: 'web1', paths: [path], times: clocks.map(at), catalogue })
  assert(found)
  return found
}

const sample = (path: string, clock: string, content: string) => minimal('web1', path, `2026-11-18T${clock}Z`, content)

test('takes the newest sample at or before each time, to the millisecond, and says when there is none', async () => {
  const documents = [
    sample('/proc/meminfo', '02:00:00.250', meminfoText({ MemFree: 1 })),
    sample('/proc/meminfo', '02:00:00.251', meminfoText({ MemFree: 2 })),
    sample('/proc/meminfo', '02:00:10.000', meminfoText({ MemFree: 3 })),
  ]
  const clocks = ['01:59:59', '02:00:00.250', '02:00:09.999', '02:00:10']
  const { samples, fields } = await compared(documents, '/proc/meminfo', clocks)
  assert.deepEqual(samples, [
    { asked: at('01:59:59'), status: 'none' },
    { asked: at('02:00:00.250'), at: at('02:00:00.250'), status: 'sample' },
    { asked: at('02:00:09.999'), at: at('02:00:00.251'), status: 'sample' },
    { asked: at('02:00:10'), at: at('02:00:10'), status: 'sample' },
  ])
  assert.deepEqual(fields[0]?.values, [undefined, 1024, 2048, 3072])
})

test('puts times in their order and asks each once', async () => {
  const documents = [sample('/proc/meminfo', '02:00:00', meminfoText({ MemFree: 1 }))]
  const { samples } = await compared(documents, '/proc/meminfo', ['03:00:00', '02:30:00', '03:00:00'])
  assert.deepEqual(
    samples.map(({ asked }) => asked),
    [at('02:30:00'), at('03:00:00')],
  )
})

test('the biggest relative moves come first, and what is small beside its neighbours does not win by doubling', async () => {
  const before = { MemTotal: 16e6, MemFree: 300_000, Cached: 13e6, AnonPages: 2e6, Dirty: 4, VmallocTotal: 34e9 }
  const after = { ...before, MemFree: 13e6, Cached: 200_000, AnonPages: 1.9e6, Dirty: 400 }
  const documents = [
    sample('/proc/meminfo', '02:00:00', meminfoText(before)),
    sample('/proc/meminfo', '02:01:00', meminfoText(after)),
  ]
  const { fields } = await compared(documents, '/proc/meminfo', ['02:00:00', '02:01:00'])
  assert.deepEqual(
    fields.map(({ field, moved }) => [field, moved]),
    [
      ['meminfo.Cached', true],
      ['meminfo.MemFree', true],
      ['meminfo.AnonPages', true],
      ['meminfo.Dirty', true],
      ['meminfo.MemTotal', false],
      ['meminfo.VmallocTotal', false],
    ],
  )
  assert(fields.every(({ score, moved }) => score >= 0 && score <= 1 && score > 0 === moved))
})

test('counters come as differences, and one that began anew is a reset, not a fall', async () => {
  const documents = [10, 20, 5].map((minute, index) =>
    sample(
      'netstat -s',
      `02:${10 + index}:00`,
      counterText({ 'TcpExt.ListenDrops': minute * 100, 'Tcp.CurrEstab': minute }),
    ),
  )
  const { fields } = await compared(documents, 'netstat -s', ['02:10:00', '02:11:00', '02:12:00'])
  const drops = fields.find(({ field }) => field === 'netstat.TcpExt.ListenDrops')
  assert.equal(drops?.kind, 'counter')
  assert.deepEqual(drops?.changes, [undefined, 1000, 500])
  assert.deepEqual(drops?.resets, [false, false, true])
  const connections = fields.find(({ field }) => field === 'netstat.Tcp.CurrEstab')
  assert.equal(connections?.kind, 'level')
  assert.deepEqual(connections?.changes, [])
})

test('a reboot is a reset also where a counter is higher by then', async () => {
  const documents = [
    hostDocument('web1', '2026-11-18T02:10:00Z', 'first', 86_400),
    hostDocument('web1', '2026-11-18T02:20:00Z', 'second', 60),
    sample('/proc/vmstat', '02:10:00', counterText({ pgfault: 100, pgmajfault: 7 })),
    sample('/proc/vmstat', '02:20:00', counterText({ pgfault: 900, pgmajfault: 7 })),
  ]
  const { fields } = await compared(documents, '/proc/vmstat', ['02:10:00', '02:20:00'])
  assert.deepEqual(
    fields.map(({ field, changes, resets }) => [field, changes[1], resets[1]]),
    [
      ['vmstat.pgfault', 900, true],
      ['vmstat.pgmajfault', 7, true],
    ],
  )
})

test('a counter that goes up as it did since the boot scores less than one that began to', async () => {
  const documents = [
    hostDocument('web1', '2026-11-18T02:10:00Z', 'first', 1000),
    sample('/proc/vmstat', '02:10:00', counterText({ pgfault: 5_000_000, pgscan_kswapd: 10 })),
    sample('/proc/vmstat', '02:11:00', counterText({ pgfault: 5_300_000, pgscan_kswapd: 250_010 })),
  ]
  const { fields } = await compared(documents, '/proc/vmstat', ['02:10:00', '02:11:00'])
  assert.deepEqual(
    fields.map(({ field }) => field),
    ['vmstat.pgscan_kswapd', 'vmstat.pgfault'],
  )
  assert((fields[0]?.score ?? 0) > 0.9 && fields[1]?.score === 0 && fields[1]?.moved)
})

test('kernels with other keys leave gaps, which are no move', async () => {
  const documents = [
    sample('/proc/vmstat', '02:10:00', counterText({ allocstall: 3, nr_dirty: 5 })),
    sample('/proc/vmstat', '02:11:00', counterText({ allocstall_normal: 4, nr_dirty: 6 })),
    sample('/proc/vmstat', '02:12:00', counterText({ allocstall: 9, nr_dirty: 6 })),
  ]
  const { fields } = await compared(documents, '/proc/vmstat', ['02:10:00', '02:11:00', '02:12:00'])
  const byName = new Map(fields.map((each) => [each.field, each]))
  assert.deepEqual(byName.get('vmstat.allocstall_normal')?.values, [undefined, 4, undefined])
  assert.equal(byName.get('vmstat.allocstall_normal')?.moved, false)
  assert.deepEqual(byName.get('vmstat.allocstall')?.changes, [undefined, undefined, 6])
})

test('settings and texts that changed are moves of 1', async () => {
  const documents = [
    sample('/proc/sys', '02:10:00', 'net.ipv4.tcp_rmem = 4096\t131072\t6291456\nkernel.core_pattern = core\n'),
    sample('/proc/sys', '02:11:00', 'net.ipv4.tcp_rmem = 4096\t131072\t8388608\nkernel.core_pattern = core\n'),
  ]
  const { fields } = await compared(documents, '/proc/sys', ['02:10:00', '02:11:00'])
  assert.deepEqual(
    fields.map(({ field, kind, score }) => [field, kind, score]),
    [
      ['sysctl.net.ipv4.tcp_rmem', 'text', 1],
      ['sysctl.kernel.core_pattern', 'text', 0],
    ],
  )
})

test('a source that could not be read, or was removed, says so for its column', async () => {
  const documents = [
    sample('/proc/meminfo', '02:10:00', meminfoText({ MemFree: 1 })),
    { ...sample('/proc/meminfo', '02:11:00', ''), content: undefined, 'error.message': 'permission denied' },
    { ...sample('/proc/meminfo', '02:12:00', ''), content: undefined, 'file.exists': false },
    sample('/proc/meminfo', '02:13:00', meminfoText({ MemFree: 2 })),
  ]
  const clocks = ['02:10:00', '02:11:00', '02:12:00', '02:13:00']
  const { samples, fields } = await compared(documents, '/proc/meminfo', clocks)
  assert.deepEqual(
    samples.map(({ status, error }) => error ?? status),
    ['sample', 'permission denied', 'removed', 'sample'],
  )
  assert.deepEqual(fields[0]?.values, [1024, undefined, undefined, 2048])
})

test('a source of text alone has no fields', async () => {
  const documents = [sample('/etc/motd', '02:10:00', 'Welcome.\n')]
  assert.deepEqual((await compared(documents, '/etc/motd', ['02:10:00', '02:11:00'])).fields, [])
})
