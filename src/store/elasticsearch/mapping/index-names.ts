// The names of the indices: which one a document goes to, and which ones a question about a view needs.
import { dayOf } from '../../../snapshot/document.ts'
import type { View } from '../../store.ts'

const dayMs = 86_400_000

/** The alias of the newest states. */
export function latestAlias(prefix: string): string {
  return `${prefix}latest`
}

/** The index behind the alias. */
export function latestIndex(prefix: string): string {
  return `${prefix}latest_v1`
}

export function daysAlias(prefix: string): string {
  return `${prefix}days`
}

export function historyAlias(prefix: string): string {
  return `${prefix}history`
}

/** The index of a day of the daily view; `day` in whole UTC days since the epoch. */
export function dayIndex(prefix: string, day: number): string {
  return prefix + dayName(day)
}

/** The index of the versions that began on a day. */
export function historyIndex(prefix: string, day: number): string {
  return `${prefix}history_${dayName(day)}`
}

/** Which view an index belongs to and which day it holds; undefined for an index that is none of mitra's. */
export function meaningOf(prefix: string, index: string): { view: 'days' | 'history'; day: number } | undefined {
  if (!index.startsWith(prefix)) return undefined
  const [, history, date = ''] = /^(history_)?(\d{4,6}\.\d\d\.\d\d)$/.exec(index.slice(prefix.length)) ?? []
  const time = Date.parse(`${date.replaceAll('.', '-')}T00:00:00Z`)
  if (Number.isNaN(time)) return undefined
  return { view: history ? 'history' : 'days', day: dayOf(time) }
}

/** `2026.11.21` */
export function dayName(day: number): string {
  return new Date(day * dayMs).toISOString().split('T', 1)[0]!.replaceAll('-', '.')
}

/** More names than this make the address of a request too long. */
const mostNames = 60

/** A view whose documents stand in indices of their own. */
export type IndexedView = Exclude<View, { kind: 'moment' }>

/** The indices a view is asked in: just its days, whole months and years by a pattern, all where nothing bounds it. */
export function indicesOf(prefix: string, view: IndexedView): string[] {
  switch (view.kind) {
    case 'latest':
      return [latestAlias(prefix)]
    case 'days':
      return view.from <= 0 ? [daysAlias(prefix)] : (spanned(prefix, view.from, view.to) ?? [daysAlias(prefix)])
    case 'history': {
      const { from, to } = view
      if (from === undefined || to === undefined) return [historyAlias(prefix)]
      return spanned(`${prefix}history_`, dayOf(from), dayOf(to)) ?? [historyAlias(prefix)]
    }
    default:
      return view satisfies never
  }
}

/** Names for the days from `first` to `last`; undefined when they are too many. */
function spanned(start: string, first: number, last: number): string[] | undefined {
  const names: string[] = []
  for (let day = first; day <= last; ) {
    const date = new Date(day * dayMs)
    const nextYear = dayOf(Date.UTC(date.getUTCFullYear() + 1, 0, 1))
    const nextMonth = dayOf(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1))
    const isYearStart = date.getUTCMonth() === 0 && date.getUTCDate() === 1
    const name = start + dayName(day)
    if (isYearStart && nextYear - 1 <= last) {
      names.push(name.replace(/\.\d\d\.\d\d$/, '.*'))
      day = nextYear
    } else if (date.getUTCDate() === 1 && nextMonth - 1 <= last) {
      names.push(name.replace(/\.\d\d$/, '.*'))
      day = nextMonth
    } else {
      names.push(name)
      day++
    }
    if (names.length > mostNames) return undefined
  }
  return names
}
