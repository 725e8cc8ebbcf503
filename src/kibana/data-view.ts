// A data view for each alias: bytes and times are shown as such, and each field says what it means.
import type { Field, Unit } from '../snapshot/field.ts'
import { daysAlias, historyAlias, latestAlias } from '../store/elasticsearch/mapping/index-names.ts'
import type { FieldCatalogue } from './catalogue.ts'
import type { View } from './panel.ts'
import { type Place, titleOf, viewId } from './place.ts'
import { type SavedObject, savedObject } from './saved-object.ts'

interface ViewMeaning {
  alias(prefix: string): string
  name: string
  /** Whether the time picker applies. */
  timed: boolean
}

const meanings: Readonly<Record<View, ViewMeaning>> = {
  // a question about now must not miss a host that has been silent since before the chosen time
  latest: { alias: latestAlias, name: 'Newest states', timed: false },
  days: { alias: daysAlias, name: 'States by day', timed: true },
  history: { alias: historyAlias, name: 'History', timed: true },
}

const duration = (inputFormat: string) => ({
  id: 'duration',
  params: { inputFormat, outputFormat: 'humanizePrecise', outputPrecision: 1, useShortSuffix: true },
})

const formats: Readonly<Partial<Record<Unit, object>>> = {
  bytes: { id: 'bytes' },
  ms: duration('milliseconds'),
  s: duration('seconds'),
}

/** The longest description of a field that Kibana lets people save. */
const longestDescription = 300

/** What the writer keeps for itself; Discover leaves it out. */
const hidden = [{ value: 'state' }]

/** `used`: fields of families that panels and sessions name; what else a family has only the hosts know. */
export function dataView(view: View, place: Place, catalogue: FieldCatalogue, used: Iterable<string>): SavedObject {
  const { alias, name, timed } = meanings[view]
  const described = catalogue.all.filter((field) => !field.name.endsWith('.*'))
  const named = new Map<string, Field>(described.map((field) => [field.name, field]))
  for (const each of [...used].sort()) {
    const field = catalogue.declared(each)
    if (field) named.set(each, field)
  }
  const fieldFormatMap: Record<string, object> = {}
  const fieldAttrs: Record<string, { customDescription: string }> = {}
  for (const [each, { unit, summary }] of named) {
    const format = unit && formats[unit]
    if (format) fieldFormatMap[each] = format
    if (summary.length <= longestDescription) fieldAttrs[each] = { customDescription: summary }
  }
  return savedObject('index-pattern', viewId(place, view), {
    title: alias(place.prefix),
    name: titleOf(place, name),
    ...(timed && { timeFieldName: '@timestamp' }),
    allowNoIndex: true,
    fieldFormatMap: JSON.stringify(fieldFormatMap),
    fieldAttrs: JSON.stringify(fieldAttrs),
    runtimeFieldMap: '{}',
    sourceFilters: JSON.stringify(hidden),
  })
}
