// Commands of the host: what they print is the text of a document at a pseudo path.

/** A configured command. */
export interface CommandEntry {
  /** Pseudo path of its document. */
  path: string
  /** Program and arguments, never a shell. */
  run: readonly string[]
  timeout_s: number
  /** Bytes its output may have. */
  maxBytes: number
  /** `state` when absent, or what the format of the path says. */
  kind?: 'state' | 'metric' | undefined
}
