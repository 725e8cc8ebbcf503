// Two states key by key: what was added, what was removed, what changed and by how much.
import type { Document, FieldValue } from '../snapshot/document.ts'
import { type KeyKind, keysOf, withShortKeys } from './keyed.ts'
import { isVolatileKey } from './volatile.ts'

export type KeyChange =
  | { status: 'added'; key: string; after: FieldValue }
  | { status: 'removed'; key: string; before: FieldValue }
  | { status: 'changed'; key: string; before: FieldValue; after: FieldValue; move?: Move }

/** From one number to another. */
export interface Move {
  difference: number
  /** The difference as a share of the number before; undefined where that was 0. */
  share?: number
}

export interface KeyDiff {
  kind: KeyKind
  /** In the order of the keys. */
  changes: KeyChange[]
  /** Differing keys left out as volatile. */
  ignored: number
  /** The texts differ beside the keys too: in lines that set none by its name. */
  isPartial: boolean
}

export interface KeyDiffOptions {
  /** Leave out what counts, measures or changes with every read. */
  ignoreVolatile?: boolean
}

/** What differs by keys; undefined where one of the states has none, or others than the other. */
export function diffKeys(before: Document, after: Document, options: KeyDiffOptions = {}): KeyDiff | undefined {
  const one = keysOf(before)
  const other = keysOf(after)
  if (one?.kind !== other?.kind || !one || !other) return undefined
  const keys = new Set([...one.values.keys(), ...other.values.keys()])
  const all = Array.from(keys, (key) => changeOf(key, one.values.get(key), other.values.get(key)))
  const differing = all.filter((change) => change !== undefined)
  const kept = options.ignoreVolatile ? differing.filter(({ key }) => !isVolatileKey(after, key)) : differing
  const changes = kept.sort((a, b) => (a.key < b.key ? -1 : 1))
  return {
    kind: one.kind,
    changes: one.kind === 'package' ? withShortKeys(changes) : changes,
    ignored: differing.length - kept.length,
    isPartial: one.rest !== other.rest,
  }
}

/** How far a number moved. */
function moveBetween(before: number, after: number): Move {
  const difference = after - before
  return { difference, ...(before !== 0 && { share: difference / Math.abs(before) }) }
}

function changeOf(key: string, before: FieldValue | undefined, after: FieldValue | undefined): KeyChange | undefined {
  if (before === undefined) return after === undefined ? undefined : { status: 'added', key, after }
  if (after === undefined) return { status: 'removed', key, before }
  if (before === after || JSON.stringify(before) === JSON.stringify(after)) return undefined
  const move = typeof before === 'number' && typeof after === 'number' ? moveBetween(before, after) : undefined
  return { status: 'changed', key, before, after, ...(move && { move }) }
}
