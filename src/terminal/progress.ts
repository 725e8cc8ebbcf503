// One line on stderr that says how far long work is; only at a terminal, and gone when the work is done.
import type { Output } from './io.ts'
import { duration } from './units.ts'
import { truncate } from './width.ts'

export interface Progress {
  /** Shows the text, at most ten times a second. */
  update(text: string): void
  /** Removes the line. */
  clear(): void
}

/** A progress line; it does nothing when the output is no terminal. */
export function createProgress(output: Output, now: () => number = Date.now): Progress {
  let shownAt = Number.NEGATIVE_INFINITY
  let visible = false
  const say = (text: string) => void output.write(text).catch(() => {})
  return {
    update(text) {
      if (!output.isTerminal || now() - shownAt < 100) return
      shownAt = now()
      visible = true
      say(`\r${truncate(text, output.columns - 1)}\x1b[K`)
    },
    clear() {
      if (!visible) return
      visible = false
      shownAt = Number.NEGATIVE_INFINITY
      say('\r\x1b[K')
    },
  }
}

/** A progress line for work that tells nothing of itself. */
export interface Waiting {
  /** Does a piece of the work; while it lasts the line says for how long the whole has gone on, from its second second on. */
  during<Result>(work: () => Promise<Result>): Promise<Result>
  end(): void
}

/** `doing`: what the line says before the time. It does nothing when the output is no terminal. */
export function createWaiting(output: Output, doing: string, now: () => number = Date.now): Waiting {
  if (!output.isTerminal) return { during: (work) => work(), end() {} }
  const progress = createProgress(output, now)
  const started = now()
  let pending = 0
  const timer = setInterval(() => {
    const passed = now() - started
    if (pending > 0 && passed >= 1000) progress.update(`${doing}, ${duration(Math.floor(passed / 1000) * 1000)}`)
  }, 1000)
  timer.unref()
  return {
    async during(work) {
      pending++
      try {
        return await work()
      } finally {
        pending--
        progress.clear()
      }
    },
    end() {
      clearInterval(timer)
      progress.clear()
    },
  }
}
