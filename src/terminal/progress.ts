// One line on stderr that says how far long work is; only at a terminal, and gone when the work is done.
import type { Output } from './io.ts'
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
