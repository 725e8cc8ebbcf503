// How long to wait before the next attempt: exponential back-off with full jitter, so that a fleet does not come back at once.

/** Ceiling of the first wait, doubled with each failure in a row. */
const firstMs = 1000
const longestMs = 60_000

/** A server may ask for longer, within reason: a wrong answer must not silence a host for a day. */
const longestAskedMs = 10 * 60_000

/**
 * Milliseconds to wait after so many failures in a row (1 or more): between 0 and a ceiling of 1 s to 60 s, on top of what the
 * store asked for. `random` gives numbers from 0 up to 1.
 */
export function backOffMs(failures: number, random: () => number, askedMs = 0): number {
  const ceiling = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 16))
  return Math.min(Math.max(askedMs, 0), longestAskedMs) + Math.round(random() * ceiling)
}
