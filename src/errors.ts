// The errors with a meaning of their own; everything else is a defect and keeps its stack.

/** A failure the person can act on: shown as one line (plus `next`), never with a stack; the process exits 2. */
export class ActionableError extends Error {
  /** What to do about it, one sentence, or nothing when the message says it already. */
  readonly next: string | undefined

  constructor(message: string, options: { next?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'ActionableError'
    this.next = options.next
  }
}

/** The question is sound; who is asked cannot answer it now. */
export class UnavailableError extends ActionableError {}

/** This host has nothing of the kind to read (no such kernel table, no such package manager): normal, not a failure. */
export class NoDataError extends Error {
  override name = 'NoDataError'
}

/** The message of anything thrown, on one line, for a log field or an `error.message`. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.replace(/\s*\n\s*/g, ' ')
}
