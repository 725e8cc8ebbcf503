// What a parcel is in a bulk request: the same document into each view, under ids and versions of its own.
import { dayOf, timeOf } from '../../../snapshot/document.ts'
import { snapshotId } from '../../../snapshot/snapshot-id.ts'
import type { Parcel } from '../../store.ts'
import { sourcesOf } from '../mapping/document-source.ts'
import type { FieldTypes } from '../mapping/field-types.ts'
import { dayIndex, historyIndex, latestAlias } from '../mapping/index-names.ts'

/** Two lines of a bulk request. */
export interface Operation {
  /** Position of the parcel it comes from. */
  parcel: number
  index: string
  /** JSON. */
  action: string
  /** JSON. */
  source: string
}

/** Latest and day take only what is not older than what they have; the history takes each version once. */
export function operationsOf(
  { document, version, unchanged }: Parcel,
  parcel: number,
  prefix: string,
  types: FieldTypes,
): Operation[] {
  const id = snapshotId(document['host.name'], document['file.path'])
  const at = timeOf(document)
  const { whole, version: kept } = sourcesOf(document, types)
  const newest = { _id: id, version, version_type: 'external_gte' }
  const operation = (_index: string, rest: object, source: string): Operation => ({
    parcel,
    index: _index,
    action: JSON.stringify({ index: { _index, ...rest } }),
    source,
  })
  return [
    operation(latestAlias(prefix), { ...newest, require_alias: true }, whole),
    operation(dayIndex(prefix, dayOf(at)), newest, whole),
    ...(unchanged ? [] : [operation(historyIndex(prefix, dayOf(at)), { _id: `${id}@${at}` }, kept)]),
  ]
}
