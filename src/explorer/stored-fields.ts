// Every field the store holds, asked once in a while: the list is long and changes rarely.
import type { FieldRow, Store } from '../store/store.ts'

const keptMs = 60_000
const kept = new WeakMap<Store, { rows: Promise<FieldRow[]>; until: number }>()

export async function storedFields(store: Store): Promise<FieldRow[]> {
  const known = kept.get(store)
  if (known && known.until > performance.now()) return known.rows
  const rows = store.fields()
  kept.set(store, { rows, until: performance.now() + keptMs })
  rows.catch(() => kept.delete(store))
  return rows
}
