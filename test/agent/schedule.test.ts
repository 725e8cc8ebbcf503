import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { type Clock, nextBeat, nextRollover, runSchedule } from '../../src/agent/schedule.ts'
import { TestClock } from './test-clock.ts'

const quiet = { debug() {}, info() {}, warn() {}, error() {} }

const noon = Date.parse('2026-11-18T12:00:00Z')

function started(
  seconds: number,
  clock: TestClock,
  onBeat: () => Promise<void> = async () => {},
  options: { rolloverSeconds?: number } = {},
) {
  const stop = new AbortController()
  const beats: number[] = []
  const ended = runSchedule(
    'web1',
    { seconds },
    async () => {
      beats.push(clock.now())
      await onBeat()
    },
    { signal: stop.signal, log: quiet, clock, ...options },
  )
  return {
    beats,
    end: async () => {
      stop.abort()
      await ended
    },
  }
}

test('keeps the host’s own offset, whenever the agent starts', () => {
  const first = nextBeat('web1', 300, noon)
  assert.ok(first > noon && first <= noon + 300_000)
  assert.equal(nextBeat('web1', 300, first), first + 300_000)
  assert.equal(nextBeat('web1', 300, first - 1), first)
})

test('spreads a fleet over the period', () => {
  const offsets = Array.from({ length: 6000 }, (_, index) => nextBeat(`host${index}`, 300, noon) - noon)
  const buckets = new Array<number>(10).fill(0)
  for (const offset of offsets) buckets[Math.min(9, Math.floor(offset / 30_000))]! += 1
  assert.ok(Math.min(...buckets) > 450 && Math.max(...buckets) < 750, buckets.join(' '))
})

test('beats once a period', async () => {
  const clock = new TestClock(noon)
  const { beats, end } = started(60, clock)
  await clock.pass(600_000)
  assert.equal(beats.length, 10)
  assert.ok(beats.every((beat, index) => index === 0 || beat - (beats[index - 1] ?? 0) === 60_000))
  await end()
})

test('does not overlap itself, and says how many beats a long cycle cost', async () => {
  const clock = new TestClock(noon)
  let running = 0
  let overlaps = 0
  const skipped: unknown[] = []
  const stop = new AbortController()
  const log = {
    ...quiet,
    warn: (_message: string, fields?: Record<string, unknown>) => void skipped.push(fields?.['skipped']),
  }
  const ended = runSchedule(
    'web1',
    { seconds: 60 },
    async () => {
      if (running++ > 0) overlaps++
      await new Promise<void>((resolve) => clock.setTimeout(resolve, 150_000))
      running--
    },
    { signal: stop.signal, log, clock },
  )
  await clock.pass(700_000)
  assert.equal(overlaps, 0)
  assert.ok(skipped.length >= 2 && skipped.every((count) => count === 2), String(skipped))
  stop.abort()
  await clock.pass(200_000)
  await ended
})

test('beats once, not many times, after the machine slept', async () => {
  const clock = new TestClock(noon)
  const { beats, end } = started(60, clock)
  await clock.pass(120_000)
  const before = beats.length
  clock.set(clock.time + 3_600_000)
  await clock.pass(31_000)
  assert.ok(beats.length - before <= 2, `${beats.length - before} beats`)
  await clock.pass(600_000)
  assert.ok(beats.length - before >= 10)
  await end()
})

test('goes on within a period when the clock is set back', async () => {
  const clock = new TestClock(noon)
  const { beats, end } = started(60, clock)
  await clock.pass(120_000)
  const before = beats.length
  clock.set(clock.time - 86_400_000)
  await clock.pass(180_000)
  assert.ok(beats.length - before >= 2, `${beats.length - before} beats`)
  await end()
})

test('ends at once on the signal', async () => {
  const clock = new TestClock(noon)
  const { beats, end } = started(3600, clock)
  await end()
  assert.deepEqual(beats, [])
})

test('follows a cron expression', async () => {
  const stop = new AbortController()
  let beats = 0
  await runSchedule(
    'web1',
    { cron: '* * * * * *' },
    async () => {
      if (++beats === 2) stop.abort()
    },
    { signal: stop.signal, log: quiet },
  )
  assert.equal(beats, 2)
})

test('reads a rare source early in each day, at the host’s own offset', async () => {
  const clock = new TestClock(noon)
  const { beats, end } = started(5 * 86_400, clock, async () => {}, { rolloverSeconds: 300 })
  for (let hours = 0; hours < 72; hours++) await clock.pass(3_600_000)
  const sinceMidnight = beats
    .filter((beat) => beat !== nextBeat('web1', 5 * 86_400, noon))
    .map((beat) => beat % 86_400_000)
  assert.equal(sinceMidnight.length, 3)
  assert.ok(
    sinceMidnight.every((ms) => ms === sinceMidnight[0] && ms > 0 && ms <= 300_000),
    String(sinceMidnight),
  )
  await end()
})

test('rolls over at the beat of the first period of the day', () => {
  const midnight = Date.parse('2026-11-19T00:00:00Z')
  assert.equal(nextRollover('web1', 300, noon), nextBeat('web1', 300, midnight))
  assert.equal(nextRollover('web1', 300, midnight), nextBeat('web1', 300, midnight))
})

test('a clock set back by seconds does not make a burst', async () => {
  const clock = new TestClock(noon)
  const { beats, end } = started(60, clock)
  await clock.pass(120_000)
  for (let times = 0; times < 10; times++) {
    clock.set(clock.time - 1000)
    await clock.pass(1000)
  }
  assert.ok(beats.length <= 3, `${beats.length} beats`)
  await end()
})

for (const [expression, spreadSeconds, longestMs] of [
  ['* * * * *', undefined, 30_000],
  ['0 * * * *', undefined, 60_000],
  ['0 * * * *', 600, 600_000],
  ['@hourly', undefined, 60_000],
] as const)
  test(`beats of ${expression} come at the host’s own time within ${longestMs / 1000} s`, async () => {
    const stop = new AbortController()
    const waits: number[] = []
    const clock: Clock = {
      now: Date.now,
      setTimeout: (callback, ms) => {
        waits.push(ms)
        return setTimeout(callback, 0)
      },
      clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
    }
    mock.timers.enable({ apis: ['setTimeout', 'Date'], now: Date.parse('2026-11-18T12:59:30') })
    const ended = runSchedule('web1', { cron: expression }, async () => stop.abort(), {
      signal: stop.signal,
      log: quiet,
      clock,
      ...(spreadSeconds && { spreadSeconds }),
    })
    for (let second = 0; second < 130 && !stop.signal.aborted; second++) {
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
      mock.timers.tick(1000)
    }
    await ended
    mock.timers.reset()
    assert.deepEqual(waits, [nextBeat('web1', longestMs / 1000, 0)])
  })
