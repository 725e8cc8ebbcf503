import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cpuShares, parseStat, readCpuTimes, shortStat, statLevels } from '../../src/parsers/stat.ts'
import { areFieldsOf, survives, withCarriageReturns } from './malformed.ts'

/** Linux 2.6.32 has no guest_nice, and calls IRQ_POLL otherwise without naming it. */
const old = `cpu  42880 22 12320 425200 3040 0 1760 10 0
cpu0 42880 22 12320 425200 3040 0 1760 10 0
intr 2223657 1 0 0 44 0 0 3
ctxt 98120448
btime 1416225600
processes 30112
procs_running 2
procs_blocked 1
softirq 100 1 2 3 4 5 6 7 8 9 55
`
const recent = `cpu  422151 614 61819 1203466 5636 0 3687 12867 4 2
cpu0 205159 342 29022 612217 1872 0 374 6389 4 1
cpu1 216991 271 32797 591249 3763 0 3313 6477 0 1
intr 5091294 0 0 0 0 152 1
ctxt 10843827
btime 1795265928
processes 30054
procs_running 2
procs_blocked 0
softirq 2875357 0 297515 7 297823 1250305 0 2 434655 513 594537
`

test('reads times in milliseconds and figures of old and new kernels', () => {
  const fields = parseStat(old)
  assert.equal(fields['stat.cpu.user'], 428_800)
  assert.equal(fields['stat.cpu.guest_nice'], undefined)
  assert.deepEqual(
    [fields['stat.intr'], fields['stat.ctxt'], fields['stat.processes']],
    [2_223_657, 98_120_448, 30_112],
  )
  assert.deepEqual([fields['stat.procs_blocked'], fields['stat.btime']], [1, 1_416_225_600])
  assert.deepEqual([fields['stat.softirq'], fields['stat.softirq.NET_RX'], fields['stat.softirq.RCU']], [100, 4, 55])
  assert.equal(parseStat(recent)['stat.cpu.guest_nice'], 20)
  assert.equal(Object.keys(parseStat(recent)).length, 10 + 7 + 10)
})

test('each processor is read by itself', () => {
  const cpus = readCpuTimes(recent)
  assert.deepEqual([...cpus.keys()], ['cpu', 'cpu0', 'cpu1'])
  assert.equal(cpus.get('cpu1')?.get('softirq'), 33_130)
})

test('the short text has all but the single interrupts, and says the same', () => {
  assert.match(shortStat(recent), /^intr 5091294$/m)
  assert.equal(shortStat(recent).split('\n').length, recent.split('\n').length)
  assert.deepEqual(parseStat(shortStat(recent)), parseStat(recent))
  assert.equal(shortStat(''), '')
})

test('reads the same with carriage returns', () => {
  assert.deepEqual(parseStat(withCarriageReturns(recent)), parseStat(recent))
})

test('leaves out what is no line of it', () => {
  for (const line of [
    '',
    'cpu',
    'cpu  1 2 3',
    'cpu  1 2 3 x',
    'ctxt',
    'ctxt -1',
    'ctxt 18446744073709551615',
    'other 1',
    'intr x',
  ])
    assert.deepEqual(parseStat(line), {}, line)
})

test('survives malformed text', () => {
  survives(parseStat, [old, recent], areFieldsOf('stat'))
  survives(readCpuTimes, [old, recent], () => {})
})

test('shares are of the time of all states, and guests do not count twice', () => {
  const rates: Record<string, number> = { user: 30, system: 10, idle: 50, iowait: 6, steal: 4, guest: 30 }
  const shares = Object.fromEntries(cpuShares((state) => rates[state]) ?? [])
  assert.deepEqual(shares, {
    user: 30,
    nice: 0,
    system: 10,
    idle: 50,
    iowait: 6,
    irq: 0,
    softirq: 0,
    steal: 4,
    busy: 44,
  })
})

test('there are no shares where no time went by', () => {
  assert.equal(
    cpuShares(() => undefined),
    undefined,
  )
  assert.equal(
    cpuShares(() => 0),
    undefined,
  )
})

test('tells what is now from what happened since boot', () => {
  assert.deepEqual(
    ['btime', 'procs_running', 'ctxt', 'softirq.RCU', 'cpu.user'].filter((name) => statLevels.has(name)),
    ['btime', 'procs_running'],
  )
})
