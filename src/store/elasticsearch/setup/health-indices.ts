// How the indices are: how many fields they have, how large they are, which days there are, and whether they can be written.
import { dayOf } from '../../../snapshot/document.ts'
import { type Check, daysText, isKeptTooLong } from '../../check.ts'
import { latestIndex, meaningOf } from '../mapping/index-names.ts'
import type { Patient } from './health.ts'

/** From here on new keys soon find no room. */
const nearlyFull = 0.8
/** What Elasticsearch has where an index says nothing. */
const usualFieldLimit = 1000

interface Fields {
  properties?: Record<string, Fields>
  fields?: Record<string, Fields>
}

/** Fields as Elasticsearch counts them against the limit: objects, subfields and aliases too. */
export function countFields({ properties = {}, fields = {} }: Fields): number {
  const own = [...Object.values(properties), ...Object.values(fields)]
  return own.reduce((count, each) => count + 1 + countFields(each), 0)
}

/** How full the mapping of the newest index of each view is. */
export async function fieldCheck({ client, prefix }: Patient): Promise<Check> {
  const check = 'fields'
  const { indices } = await client.indices.resolveIndex({ name: `${prefix}*` })
  const newest = newestOfEachView(
    indices.map(({ name }) => name),
    prefix,
  )
  if (newest.length === 0) return { check, status: 'unknown', detail: 'there is no index yet' }
  const [mappings, settings] = await Promise.all([
    client.indices.getMapping({ index: newest, ignore_unavailable: true }),
    client.indices.getSettings({
      index: newest,
      ignore_unavailable: true,
      filter_path: '*.settings.index.mapping.total_fields.limit',
    }),
  ])
  const fill = newest.map((index) => ({
    index,
    count: countFields((mappings[index]?.mappings ?? {}) as Fields),
    limit: Number(settings[index]?.settings?.index?.mapping?.total_fields?.limit ?? usualFieldLimit),
  }))
  const detail = fill.map(({ index, count, limit }) => `${count} of ${limit} in ${index}`).join(', ')
  if (fill.every(({ count, limit }) => count < limit * nearlyFull)) return { check, status: 'ok', detail }
  return {
    check,
    status: 'warning',
    detail: `${detail}: keys beyond the limit are kept, but found only as exact values and in content`,
    next: '`mitra fields` shows what there is: turn off the source that makes up new keys',
  }
}

function newestOfEachView(names: readonly string[], prefix: string): string[] {
  const newest = new Map<string, { name: string; day: number }>()
  for (const name of names) {
    const meaning = meaningOf(prefix, name)
    if (meaning === undefined) continue
    const before = newest.get(meaning.view)
    if (before === undefined || before.day < meaning.day) newest.set(meaning.view, { name, day: meaning.day })
  }
  const latest = names.includes(latestIndex(prefix)) ? [latestIndex(prefix)] : []
  return [...latest, ...[...newest.values()].map(({ name }) => name)]
}

interface Size {
  documents: number
  bytes: number
  days: number[]
}

/** What each view holds, and whether old days go. */
export async function sizeChecks({ client, prefix, now, kept }: Patient): Promise<Check[]> {
  const { indices = {} } = await client.indices.stats({ index: `${prefix}*`, metric: ['docs', 'store'] })
  const sizes = new Map<string, Size>()
  for (const [name, { primaries, total }] of Object.entries(indices)) {
    const meaning = meaningOf(prefix, name)
    const view = meaning?.view ?? (name === latestIndex(prefix) ? 'latest' : undefined)
    if (view === undefined) continue
    const size = sizes.get(view) ?? { documents: 0, bytes: 0, days: [] }
    size.documents += primaries?.docs?.count ?? 0
    size.bytes += total?.store?.size_in_bytes ?? 0
    if (meaning) size.days.push(meaning.day)
    sizes.set(view, size)
  }
  return Array.from(sizes, ([view, size]) => sizeCheck(view, size, kept[view as 'days' | 'history'], now))
}

function sizeCheck(view: string, { documents, bytes, days }: Size, keptDays: number | undefined, now: number): Check {
  const check = `view ${view}`
  const amount = `${documents} ${documents === 1 ? 'document' : 'documents'}, ${(bytes / 1e6).toFixed(1)} MB`
  if (days.length === 0) return { check, status: 'ok', detail: amount }
  const [first, last] = [Math.min(...days), Math.max(...days)]
  const detail = `${daysText(days.length, first, last)}, ${amount}`
  if (!isKeptTooLong(first, keptDays, dayOf(now))) return { check, status: 'ok', detail }
  return {
    check,
    status: 'warning',
    detail: `${detail}: older than the ${keptDays} days that are to be kept`,
    next: 'run `mitra prune`, or let one agent do it: its login must be an operator’s',
  }
}

/** Whether a block keeps any of the indices from being written. */
export async function readOnlyCheck({ client, prefix }: Patient): Promise<Check> {
  const check = 'writing'
  const found = await client.indices.getSettings({ index: `${prefix}*`, filter_path: '*.settings.index.blocks' })
  const blocked = Object.entries(found).flatMap(([index, { settings }]) => {
    const blocks = settings?.index?.blocks ?? {}
    return Object.entries(blocks).flatMap(([name, value]) => (String(value) === 'true' ? [{ index, name }] : []))
  })
  const [first] = blocked
  if (first === undefined) return { check, status: 'ok', detail: 'no index is blocked' }
  const indices = [...new Set(blocked.map(({ index }) => index))]
  const byDisk = blocked.some(({ name }) => name === 'read_only_allow_delete')
  const more = indices.length > 3 ? ` and ${indices.length - 3} more` : ''
  return {
    check,
    status: 'problem',
    detail: `${indices.slice(0, 3).join(', ')}${more} cannot be written: index.blocks.${first.name}`,
    next: byDisk
      ? 'a disk is or was too full: free room, and Elasticsearch removes the block by itself'
      : `remove it with PUT ${first.index}/_settings {"index.blocks.${first.name}": null}`,
  }
}
