// What is stored: one document is one snapshot of one source on one host at one time, flat, under dotted field names.

export type Scalar = string | number | boolean
/** An array means "each of these": a query matches the field when it matches one element. */
export type FieldValue = Scalar | readonly Scalar[]
export type Fields = Record<string, FieldValue>

/** `state`: every change is kept. `metric`: every observation is kept, its text only for the newest of a day. ECS names. */
export type Kind = 'state' | 'metric'

/** One stored snapshot. Every name is a dotted field name of docs/fields.md; times are UTC ISO 8601 with milliseconds. */
export interface Document {
  '@timestamp': string
  'host.name': string
  'file.path': string
  'event.dataset': string
  'event.kind': Kind
  content?: string
  [field: string]: FieldValue | undefined
}

/** Milliseconds since the epoch of a document's observation. */
export function timeOf(document: Document): number {
  return Date.parse(document['@timestamp'])
}

/** Whole UTC days since the epoch: the unit of the `days` view. */
export function dayOf(time: number): number {
  return Math.floor(time / 86_400_000)
}
