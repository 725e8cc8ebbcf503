// The versions of one source, and what each of them changed.
import { type Document, timeOf } from '../snapshot/document.ts'
import type { Store } from '../store/store.ts'
import { type Change, type ChangeOptions, changeBetween, standingOf } from './change.ts'
import { allOf, hasValue } from './conditions.ts'

export interface VersionsRequest {
  host: string
  path: string
  /** Milliseconds since the epoch, both ends belong to it. */
  from?: number
  to?: number
  /** Leave out what counts, measures or changes with every read. */
  ignoreVolatile?: boolean
}

export interface Version {
  /** Its `@timestamp` is when the version began; of the oldest one that the history lacks, when it was last seen. */
  document: Document
  /** The version before it, undefined where none is kept. */
  before: Document | undefined
  /** The newest state before it that could be read. */
  known: Document | undefined
  /** What it changed; undefined where none before it is kept. */
  change: Change | undefined
  /** Older than the history: of what came before only the states of days are kept. */
  isBeyondHistory: boolean
}

/**
 * Newest first. A state that says the same as the one before it is left out, of samples none is. Without `from` the last one
 * is the oldest state the store can tell of.
 */
export async function* versionsOf(store: Store, request: VersionsRequest): AsyncGenerator<Version, void> {
  const { host, path, from, to } = request
  const condition = allOf(hasValue('host.name', host), hasValue('file.path', path))
  const view = { kind: 'history', ...(from !== undefined && { from }), ...(to !== undefined && { to }) } as const
  /** Newest first; what the first of them changed is not told yet. */
  const waiting: Document[] = []
  for await (const document of store.search({ condition, view })) {
    waiting.push(document)
    while (isPastKnown(waiting)) yield* takeVersion(waiting, request)
  }
  const oldest = waiting.at(-1)
  const base = await store.get(host, path, oldest ? timeOf(oldest) - 1 : to)
  if (base) waiting.push(base)
  while (waiting.length > 1) yield* takeVersion(waiting, request)
  const [last] = waiting
  const isBeyondHistory = last === base
  if (last && (from === undefined || !isBeyondHistory))
    yield { document: last, before: undefined, known: undefined, change: undefined, isBeyondHistory }
}

/** Of what was gone or could not be read for a while, the last state before that is wanted. */
function isPastKnown([, ...past]: readonly Document[]): boolean {
  return past.some((each) => standingOf(each) === 'present')
}

function* takeVersion(waiting: Document[], { ignoreVolatile = false }: VersionsRequest): Generator<Version> {
  const document = waiting.shift()
  const [before] = waiting
  if (!document || !before) return
  const known = waiting.find((each) => standingOf(each) === 'present')
  const options: ChangeOptions = { ignoreVolatile, known }
  const change = changeBetween(before, document, options)
  if (change.kind === 'same' && document['event.kind'] === 'state') return
  yield { document, before, known, change, isBeyondHistory: false }
}
