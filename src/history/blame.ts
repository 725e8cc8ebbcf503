// Since when each line or key of a state has been there, as far as the history goes.
import { type Document, type FieldValue, timeOf } from '../snapshot/document.ts'
import type { Store } from '../store/store.ts'
import { standingOf } from './change.ts'
import { keysOf, withShortKeys } from './keyed.ts'
import { diffLines, linesOf } from './line-diff.ts'
import { type VersionsRequest, versionsOf } from './versions.ts'

/** When a line, or a key with the value it has, first appeared since it was last not there. */
export interface Origin {
  /** When the version that brought it began, in milliseconds since the epoch. */
  since: number
  /** The oldest state kept has it already. */
  mayBeOlder: boolean
}

export interface BlamedLine extends Origin {
  /** With its end. */
  text: string
}

export interface BlamedKey extends Origin {
  key: string
  value: FieldValue
}

export interface Blame<Row> {
  /** The newest state that could be read, of which the rows tell. */
  document: Document
  rows: Row[]
  /** Versions that were too different to compare line by line; lines may be older than they look. */
  coarse: number
}

export type BlameRequest = Pick<VersionsRequest, 'host' | 'path' | 'to'>

/** The lines of the newest text, undefined where none is kept or the source was removed. */
export async function blameLines(store: Store, request: BlameRequest): Promise<Blame<BlamedLine> | undefined> {
  let coarse = 0
  const blamed = await blame(store, request, {
    items: ({ content }) => (content === undefined ? undefined : [...linesOf(content)]),
    follow(older, newer, positions) {
      const { edits, isCoarse } = diffLines(older.content ?? '', newer.content ?? '')
      if (isCoarse) coarse++
      let next = 0
      let shift = 0
      return positions.map((position) => {
        for (let edit = edits[next]; edit && edit.newStart + edit.newLines <= position; edit = edits[++next])
          shift += edit.oldLines - edit.newLines
        const edit = edits[next]
        return edit && edit.newStart <= position ? undefined : position + shift
      })
    },
  })
  if (!blamed) return undefined
  return { ...blamed, coarse, rows: blamed.rows.map(({ item, ...origin }) => ({ text: item, ...origin })) }
}

/** The keys of the newest state with their values, undefined where it has none or the source was removed. */
export async function blameKeys(store: Store, request: BlameRequest): Promise<Blame<BlamedKey> | undefined> {
  const entries = (document: Document) => {
    const keyed = keysOf(document)
    return keyed && [...keyed.values].sort(([one], [other]) => (one < other ? -1 : 1))
  }
  const blamed = await blame(store, request, {
    items: entries,
    follow(older, newer, positions) {
      const values = new Map((entries(older) ?? []).map(([key, value], index) => [key, { value, index }]))
      const current = entries(newer) ?? []
      return positions.map((position) => {
        const [key = '', value] = current[position] ?? []
        const before = values.get(key)
        return before && JSON.stringify(before.value) === JSON.stringify(value) ? before.index : undefined
      })
    },
  })
  if (!blamed) return undefined
  const rows = blamed.rows.map(({ item: [key, value], ...origin }) => ({ key, value, ...origin }))
  const isPackages = keysOf(blamed.document)?.kind === 'package'
  return { ...blamed, coarse: 0, rows: isPackages ? withShortKeys(rows) : rows }
}

interface Following<Item> {
  items(document: Document): Item[] | undefined
  /** Where in the older state the items at these ascending positions of the newer one are; undefined where they are not. */
  follow(older: Document, newer: Document, positions: readonly number[]): (number | undefined)[]
}

/** From the newest state back, until every item has been seen to appear. States that could not be read are passed over. */
async function blame<Item>(store: Store, request: BlameRequest, { items, follow }: Following<Item>) {
  let newer: Document | undefined
  let newest: { document: Document; items: Item[] } | undefined
  const origins: Origin[] = []
  /** Items not yet seen to appear, with their positions in `newer`. */
  let open: { index: number; position: number }[] = []
  const settle = (found: readonly { index: number }[], at: Document, mayBeOlder: boolean) => {
    for (const { index } of found) origins[index] = { since: timeOf(at), mayBeOlder }
  }
  for await (const { document } of versionsOf(store, request)) {
    const standing = standingOf(document)
    if (standing === 'unreadable') continue
    if (standing === 'removed') {
      if (newer) settle(open, newer, false)
      open = []
      break
    }
    if (!newest || !newer) {
      const found = items(document)
      if (!found) return undefined
      newest = { document, items: found }
      open = found.map((_, index) => ({ index, position: index }))
    } else {
      const positions = follow(
        document,
        newer,
        open.map(({ position }) => position),
      )
      const followed = open.map(({ index }, at) => ({ index, position: positions[at] }))
      settle(
        followed.filter(({ position }) => position === undefined),
        newer,
        false,
      )
      open = followed.flatMap(({ index, position }) => (position === undefined ? [] : [{ index, position }]))
    }
    newer = document
    if (open.length === 0) break
  }
  if (!newest || !newer) return undefined
  settle(open, newer, true)
  const rows = newest.items.map((item, index) => ({ item, ...(origins[index] as Origin) }))
  return { document: newest.document, rows }
}
