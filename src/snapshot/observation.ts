// What a source yields: an observation. The agent adds host, labels and time stamp and so makes it a document.
import type { Fields, Kind } from './document.ts'

export interface Observation {
  /** The file's path, or a pseudo path such as `/proc/sys` or `netstat -s`. */
  path: string
  /** `mitra.` and the source's name: goes to `event.dataset`. */
  dataset: string
  kind: Kind
  /** Milliseconds since the epoch, when it was read. */
  at: number
  content?: string
  /** Everything else, flat: `file.*`, typed fields, `error.message`. */
  fields: Fields
  /** Equal fingerprints mean "unchanged": text without what changes on every read. Content and fields decide when absent. */
  fingerprint?: string
}
