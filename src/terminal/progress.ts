// One line on stderr that says how far long work is; only at a terminal, and gone when the work is done.
import type { Io } from './io.ts'
import { duration } from './units.ts'
import { truncate } from './width.ts'

type Surroundings = Pick<Io, 'stderr' | 'now'>

export interface Progress {
  /** Shows the text, at most ten times a second. */
  update(text: string): void
  /** Removes the line. */
  clear(): void
}

/** A progress line on stderr; it does nothing when that is no terminal, or quiet is wanted. */
export function createProgress({ stderr: output, now }: Surroundings, { quiet = false } = {}): Progress {
  let shownAt = Number.NEGATIVE_INFINITY
  let visible = false
  const say = (text: string) => void output.write(text).catch(() => {})
  return {
    update(text) {
      if (quiet || !output.isTerminal || now() - shownAt < 100) return
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

/** `doing`: what the line says before the time. It does nothing where a progress line does nothing. */
export function createWaiting(io: Surroundings, doing: string, { quiet = false } = {}): Waiting {
  if (quiet || !io.stderr.isTerminal) return { during: (work) => work(), end() {} }
  const { now } = io
  const progress = createProgress(io)
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
