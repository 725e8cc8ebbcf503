// Some fields of many documents, without making the documents: what a question about the whole fleet reads.
import type { FieldValue } from '../../snapshot/document.ts'
import { isMetaField, isNeverTyped } from '../field-split.ts'
import { isSelected } from '../selected-field.ts'
import type { Selected, SelectRequest, View } from '../store.ts'
import type { FieldSets } from './field-sets.ts'
import type { Reader, Row } from './reader.ts'
import type { Texts } from './texts.ts'

interface Parts {
  reader: Reader
  sets: FieldSets
  texts: Texts
}

/** The fields of every matching document; what stands in its two field sets is decoded only where something of it is asked for. */
export function* select(
  { reader, sets, texts }: Parts,
  { condition, view, fields }: SelectRequest,
): Iterable<Selected> {
  const picks = new Picks(fields)
  const isAny = {
    meta: fields.some(isMetaField),
    typed: fields.some((field) => !isOutside(field)),
    // in the samples of a counter size and hash stand among the typed fields
    sampled: fields.some((field) => !isNeverTyped(field)),
  }
  for (const row of reader.rows(condition, view, { ordered: true })) {
    const parts = [own(row, view, fields, texts)]
    if (isAny.meta) parts.push(picks.of(sets.lists(row.meta_set)))
    if (isAny.typed || (isAny.sampled && row.kind === 1)) parts.push(picks.of(sets.lists(row.typed_set)))
    const filled = parts.filter(({ names }) => names.length > 0)
    const [only = { names: [], values: [] }] = filled
    const { names, values } = filled.length < 2 ? only : joined(filled)
    yield { host: row.host, path: row.path, names, values }
  }
}

interface Lists {
  names: readonly string[]
  values: FieldValue[]
}

/** Remembers where in the sets of a shape the wanted fields stand. */
class Picks {
  readonly #isWanted: (name: string) => boolean
  readonly #byNames = new WeakMap<readonly string[], { names: readonly string[]; places: number[] }>()

  constructor(fields: readonly string[]) {
    this.#isWanted = isSelected(fields)
  }

  of({ names, values }: Lists): Lists {
    let pick = this.#byNames.get(names)
    if (!pick) {
      const places = names.flatMap((name, place) => (this.#isWanted(name) ? [place] : []))
      pick = { names: places.length === names.length ? names : places.map((place) => names[place] ?? ''), places }
      this.#byNames.set(names, pick)
    }
    if (pick.names === names) return { names, values }
    return { names: pick.names, values: pick.places.map((place) => values[place] ?? '') }
  }
}

/** Fields that stand in no field set of a state document, or in that about its source. */
function isOutside(field: string): boolean {
  return isMetaField(field) || ['@timestamp', 'host.name', 'file.path', 'content'].includes(field)
}

/** What a row itself and its text say. */
function own(row: Row, view: View, fields: readonly string[], texts: Texts): Lists {
  const found: Record<string, FieldValue> = {}
  const isWanted = isSelected(fields)
  if (isWanted('@timestamp')) found['@timestamp'] = new Date(row.at).toISOString()
  if (isWanted('host.name')) found['host.name'] = row.host
  if (isWanted('file.path')) found['file.path'] = row.path
  // the text of a counter belongs to the daily and the latest view
  const hasText = row.text_id !== null && !(view.kind === 'history' && row.kind === 1)
  if (hasText && row.hashed === 1 && isWanted('file.hash.sha256'))
    found['file.hash.sha256'] = texts.hashOf(row.text_id ?? 0) ?? ''
  if (hasText && isWanted('content')) found['content'] = texts.get(row.text_id ?? 0)?.text ?? ''
  return { names: Object.keys(found), values: Object.values(found) }
}

function joined(parts: readonly Lists[]): Lists {
  return { names: parts.flatMap(({ names }) => names), values: parts.flatMap(({ values }) => values) }
}
