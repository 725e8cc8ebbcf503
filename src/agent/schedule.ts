// When sources are read: every so many seconds at the host's own offset, or by a cron expression. The only file that knows
// node-cron, which is loaded when an expression is configured.
import { hash } from 'node:crypto'
import type { Log } from './log.ts'
import type { Frequency } from './settings.ts'

/** What is called when it is time; it handles its own failures. */
export type OnBeat = () => Promise<void>

/** Time as the schedule sees it; tests bring their own. */
export interface Clock {
  now(): number
  setTimeout(callback: () => void, ms: number): unknown
  clearTimeout(timer: unknown): void
}

export const systemClock: Clock = {
  now: Date.now,
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
}

const dayMs = 86_400_000

// Looking at the clock again now and then is what notices that it was set, or that the machine slept.
const longestSleepMs = 30_000

/**
 * The first beat after `now`: beats lie `seconds` apart, at the host's own offset from the epoch, so that a fleet spreads
 * its load and one host keeps its rhythm across restarts. Milliseconds.
 */
export function nextBeat(host: string, seconds: number, now: number): number {
  const period = seconds * 1000
  const offset = Number.parseInt(hash('sha256', host).slice(0, 12), 16) % period
  return Math.floor((now - offset) / period + 1) * period + offset
}

/**
 * The first time after `now` that follows a UTC midnight by the host's own offset within `seconds`: when a new day gets its
 * first documents. Milliseconds.
 */
export function nextRollover(host: string, seconds: number, now: number): number {
  const offset = nextBeat(host, seconds, 0)
  return Math.floor((now - offset) / dayMs + 1) * dayMs + offset
}

export interface ScheduleOptions {
  signal: AbortSignal
  log: Log
  clock?: Clock
  /** A source read more rarely than this many seconds is read as long after midnight too, so that each day has it early. */
  rolloverSeconds?: number
  /** Over how many seconds a fleet spreads the beats of an expression that it shares; a minute unless given. */
  spreadSeconds?: number
}

/** Calls `onBeat` for ever, never twice at a time, until the signal; resolves when the last call has ended. */
export async function runSchedule(
  host: string,
  frequency: Frequency,
  onBeat: OnBeat,
  { signal, log, clock = systemClock, rolloverSeconds = Number.POSITIVE_INFINITY, spreadSeconds = 60 }: ScheduleOptions,
): Promise<void> {
  if ('cron' in frequency) await runCron(host, frequency.cron, onBeat, { signal, clock, spreadSeconds })
  else await runBeats(host, frequency.seconds, onBeat, { signal, log, clock, rolloverSeconds })
}

async function runBeats(
  host: string,
  seconds: number,
  onBeat: OnBeat,
  { signal, log, clock, rolloverSeconds }: Required<Omit<ScheduleOptions, 'spreadSeconds'>>,
): Promise<void> {
  const isRare = seconds > rolloverSeconds
  while (!signal.aborted) {
    const planned = clock.now()
    const beat = nextBeat(host, seconds, planned)
    const due = isRare ? Math.min(beat, nextRollover(host, rolloverSeconds, planned)) : beat
    if (!(await sleepUntil(due, planned, signal, clock))) continue
    const started = clock.now()
    await onBeat()
    const skipped = Math.floor(
      (nextBeat(host, seconds, clock.now()) - nextBeat(host, seconds, started)) / (seconds * 1000),
    )
    if (skipped > 0 && !signal.aborted) log.warn('cycle took longer than its period', { period_s: seconds, skipped })
  }
}

/** True when the time has come; false when the clock was set back meanwhile, or on abort. */
async function sleepUntil(due: number, planned: number, signal: AbortSignal, clock: Clock): Promise<boolean> {
  let last = planned
  for (;;) {
    const now = clock.now()
    if (signal.aborted || now < last) return false
    if (now >= due) return true
    last = now
    await sleep(Math.min(due - now, longestSleepMs), signal, clock)
  }
}

/** Resolves after so long, or on abort. */
export function sleep(ms: number, signal: AbortSignal, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      signal.removeEventListener('abort', done)
      clock.clearTimeout(timer)
      resolve()
    }
    const timer = clock.setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}

/** Unless the expression names seconds a beat comes at the host's own second, for a fleet shares the expression. */
async function runCron(
  host: string,
  expression: string,
  onBeat: OnBeat,
  { signal, clock, spreadSeconds }: { signal: AbortSignal; clock: Clock; spreadSeconds: number },
): Promise<void> {
  const { schedule } = await import('node-cron')
  const ofMinutes = expression.trim().split(/\s+/).length !== 6
  let running: Promise<void> = Promise.resolve()
  const beat = async (untilNextMs: number) => {
    if (ofMinutes) await sleep(nextBeat(host, Math.min(spreadSeconds, untilNextMs / 2000), 0), signal, clock)
    if (!signal.aborted) await onBeat()
  }
  const task = schedule(
    expression,
    () => {
      running = beat(task.msToNext() ?? 120_000)
      return running
    },
    { noOverlap: true },
  )
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
  await task.destroy()
  await running
}
