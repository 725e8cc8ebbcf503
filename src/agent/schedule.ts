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

/** Calls `onBeat` for ever, never twice at a time, until the signal; resolves when the last call has ended. */
export async function runSchedule(
  host: string,
  frequency: Frequency,
  onBeat: OnBeat,
  { signal, log, clock = systemClock }: { signal: AbortSignal; log: Log; clock?: Clock },
): Promise<void> {
  if ('cron' in frequency) await runCron(frequency.cron, onBeat, signal)
  else await runBeats(host, frequency.seconds, onBeat, { signal, log, clock })
}

async function runBeats(
  host: string,
  seconds: number,
  onBeat: OnBeat,
  { signal, log, clock }: { signal: AbortSignal; log: Log; clock: Clock },
): Promise<void> {
  while (!signal.aborted) {
    const planned = clock.now()
    const due = nextBeat(host, seconds, planned)
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

function sleep(ms: number, signal: AbortSignal, clock: Clock): Promise<void> {
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

async function runCron(expression: string, onBeat: OnBeat, signal: AbortSignal): Promise<void> {
  const { schedule } = await import('node-cron')
  let running: Promise<void> = Promise.resolve()
  const task = schedule(
    expression,
    () => {
      running = onBeat()
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
