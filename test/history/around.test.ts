import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogue } from '../../src/commands/declared-fields.ts'
import { type Around, around } from '../../src/history/around.ts'
import { summaryOf } from '../../src/history/change-summary.ts'
import { minimal } from '../commands/mitra.ts'
import { counterText, hostDocument, meminfoText, stored } from './stored.ts'

const incident = Date.parse('2026-11-18T02:00:00Z')
const minute = 60_000
const after = (minutes: number) => new Date(incident + minutes * minute).toISOString()
const sample = (path: string, minutes: number, content: string) => minimal('web1', path, after(minutes), content)
/** Every half minute from half an hour before to ten minutes after. */
const minutes = Array.from({ length: 81 }, (_, index) => index / 2 - 30)

async function asked(documents: readonly object[], options: { window?: number; now?: number } = {}): Promise<Around> {
  const { window = 10 * minute, now = incident + 60 * minute } = options
  return around(await stored(documents), { host: 'web1', at: incident, window, now, catalogue })
}

const meminfo = (at: number, cached: number) =>
  sample('/proc/meminfo', at, meminfoText({ MemTotal: 16e6, Cached: cached, AnonPages: 2e6 + Math.abs(at) }))
const vmstat = (at: number, counters: Record<string, number>) => sample('/proc/vmstat', at, counterText(counters))

test('levels and counters that went farthest come first, the even and the small are left out', async () => {
  const documents = minutes.flatMap((at) => [
    meminfo(at, at < 1 ? 13e6 + at : 200_000),
    vmstat(at, {
      pgfault: Math.round((at + 30) * minute),
      pgscan_kswapd: at < 2 ? 5 : Math.round((at - 2) * 6_000_000),
      nr_dirty: 100 + (Math.round((at + 30) * 2) % 7),
    }),
  ])
  const { levels, counters, samples, samples_before, unjudged, outages } = await asked(documents)
  assert.deepEqual(
    levels.map(({ field }) => field),
    ['meminfo.Cached'],
  )
  const [cached] = levels
  assert.deepEqual(
    [cached?.unit, cached?.farthest, cached?.since, cached?.at],
    ['bytes', 200_000 * 1024, incident + minute, incident + minute],
  )
  assert.deepEqual(
    counters.map(({ field, usual, farthest, since }) => [field, usual, farthest, since]),
    [['vmstat.pgscan_kswapd', 0, 100_000, incident + 2.5 * minute]],
  )
  assert.deepEqual([samples, samples_before], [82, 80])
  assert.deepEqual([unjudged, outages], [[], []])
})

test('a reboot is told with its time, and its counters are no move', async () => {
  const uptime = (at: number) => (at < 3 ? 86_400 : at * 60 - 170)
  const documents = minutes
    .filter((at) => at < 1 || at >= 3)
    .flatMap((at) => [
      hostDocument('web1', after(at), at < 3 ? 'first' : 'second', uptime(at)),
      vmstat(at, { pgfault: Math.round((at < 3 ? 1000 + at : at) * 60_000) }),
    ])
  const { reboots, counters, outages } = await asked(documents)
  assert.equal(reboots.length, 1)
  assert.equal(reboots[0]?.at, incident + 170_000)
  assert.equal(reboots[0]?.noticed, incident + 3 * minute)
  assert.equal(reboots[0]?.previous.id, 'first')
  assert.deepEqual(counters, [])
  assert.deepEqual(outages, [{ status: 'silent', at: incident + minute / 2, until: incident + 3 * minute }])
})

test('what states turned into comes in the order of time, each from its version before', async () => {
  const packages = (zsh: string) => `curl 8.14 amd64\n${zsh}`
  const { changes } = await asked([
    sample('/etc/hosts', -60, '127.0.0.1 localhost\n'),
    sample('/etc/sysctl.conf', -300, 'vm.swappiness = 60\n'),
    sample('/etc/sysctl.conf', 1, 'vm.swappiness = 10\n'),
    sample('/etc/sysctl.conf', 1.0001, 'vm.swappiness = 1\n'),
    sample('/proc/sys', -60, 'vm.swappiness = 60\nkernel.random.uuid = a\n'),
    sample('/proc/sys', 2, 'vm.swappiness = 1\nkernel.random.uuid = b\n'),
    sample('packages', -9, packages('')),
    sample('packages', 3, packages('zsh 5.9 amd64\n')),
    { ...sample('/etc/motd', 4, ''), content: undefined, 'file.exists': false },
    sample('/etc/motd', -20, 'hello\n'),
    sample('/etc/late', 20, 'later\n'),
    minimal('web2', '/etc/hosts', after(1), 'another host\n'),
  ])
  assert.deepEqual(
    changes.map(({ path, at, change }) => [path, at - incident, summaryOf(change)]),
    [
      ['packages', -9 * minute, 'appeared, 16 bytes'],
      ['/etc/sysctl.conf', minute, '1 key: vm.swappiness 60 -> 10'],
      ['/etc/sysctl.conf', minute + 6, '1 key: vm.swappiness 10 -> 1'],
      ['/proc/sys', 2 * minute, '1 key: vm.swappiness 60 -> 1'],
      ['packages', 3 * minute, '1 package: +zsh 5.9'],
      ['/etc/motd', 4 * minute, 'removed'],
    ],
  )
})

test('a file that could not be read for a while is an outage, and what it says afterwards is told from before', async () => {
  const denied = { ...sample('/etc/hosts', 1, ''), content: undefined, 'error.message': 'permission denied' }
  const { changes, outages } = await asked([
    sample('/etc/hosts', -60, 'one\n'),
    denied,
    sample('/etc/hosts', 5, 'two\n'),
  ])
  assert.deepEqual(outages, [
    { path: '/etc/hosts', at: incident + minute, status: 'error', error: 'permission denied' },
  ])
  assert.deepEqual(
    changes.map(({ change }) => summaryOf(change)),
    ['readable again; +1 -1 lines'],
  )
})

test('a source that fails in the window, and one that stops, are outages', async () => {
  const documents = minutes.flatMap((at) => [
    at < 2 || at > 4
      ? meminfo(at, 13e6)
      : { ...sample('/proc/meminfo', at, ''), content: undefined, 'error.message': 'input/output error' },
    ...(at < 1 ? [vmstat(at, { pgfault: 1 })] : []),
    sample('/proc/loadavg', at, '0.10 0.10 0.10 1/100 1\n'),
  ])
  const { outages, levels } = await asked(documents)
  assert.deepEqual(outages, [
    { path: '/proc/vmstat', status: 'silent', at: incident + minute / 2 },
    {
      path: '/proc/meminfo',
      status: 'error',
      at: incident + 2 * minute,
      until: incident + 4.5 * minute,
      error: 'input/output error',
    },
  ])
  assert.deepEqual(levels, [])
})

test('nothing after now is missing', async () => {
  const documents = minutes.filter((at) => at <= 1).map((at) => meminfo(at, 13e6))
  assert.deepEqual((await asked(documents, { now: incident + 1.5 * minute })).outages, [])
})

test('too few samples before leave a source unjudged, and no samples at all leave nothing', async () => {
  const few = await asked([-25, -15, 0, 5].map((at) => meminfo(at, at < 0 ? 13e6 : 1)))
  assert.deepEqual(few.unjudged, [{ path: '/proc/meminfo', samples: 2, samples_before: 2 }])
  assert.deepEqual(few.levels, [])
  const none = await asked([meminfo(-100, 1)])
  assert.deepEqual([none.samples, none.samples_before, none.unjudged, none.levels], [0, 0, [], []])
})

test('another kernel’s keys are not judged by what was not there before', async () => {
  const documents = minutes.map((at) =>
    at < 0 ? vmstat(at, { allocstall: 1, nr_dirty: 1 }) : vmstat(at, { allocstall_normal: at * 1e6, nr_dirty: 1 }),
  )
  const { counters, levels } = await asked(documents)
  // the window begins ten minutes before the time
  assert.deepEqual([counters, levels], [[], []])
})

test('samples within a second are told apart', async () => {
  const documents = [
    ...[-25, -20, -15].map((at) => meminfo(at, 13e6)),
    ...[0, 0.004, 0.008].map((at, index) => meminfo(at, 13e6 - index * 6e6)),
  ]
  const { levels } = await asked(documents)
  assert.deepEqual([levels[0]?.field, levels[0]?.at], ['meminfo.Cached', incident + 480])
  assert.equal(levels[0]?.samples, 3)
})
