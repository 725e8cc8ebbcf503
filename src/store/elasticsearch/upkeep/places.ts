// Where a day is to be kept, and the index settings that say so.
import type { Move, Place } from '../../store.ts'
import type { DailyIndex } from './daily-indices.ts'

const hourMs = 3_600_000
const dayMs = 86_400_000

/** The last of the moves whose time has come for a day; undefined while the day stays where it was made. */
export function placeOf(day: number, moves: readonly Move[], now: number): Place | undefined {
  const age_hours = (now - (day + 1) * dayMs) / hourMs
  return moves
    .filter(({ after_hours }) => age_hours >= after_hours)
    .toSorted((one, other) => one.after_hours - other.after_hours)
    .at(-1)?.to
}

/** `data_warm`, or `box_type=warm`. */
export function placeText(place: Place): string {
  if ('tier' in place) return place.tier
  return Object.entries(place.attribute)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')
}

/** Settings below `index.routing.allocation`; null removes one. */
export type Allocation = Readonly<Record<string, string | null>>

const tierPreference = 'include._tier_preference'

/** What each tier falls back to: a cluster without nodes of a tier keeps the index all the same. */
const fallbacks: Readonly<Record<string, string>> = {
  data_cold: 'data_cold,data_warm,data_hot,data_content',
  data_warm: 'data_warm,data_hot,data_content',
  data_hot: 'data_hot,data_content',
}

/** The settings that keep an index at a place, whichever other of the moves it has been through. */
export function allocationAt(place: Place, moves: readonly Move[]): Allocation {
  const attributes = moves.flatMap(({ to }) => ('attribute' in to ? Object.keys(to.attribute) : []))
  const none = Object.fromEntries(attributes.map((name) => [`require.${name}`, null]))
  if ('tier' in place) return { ...none, [tierPreference]: fallbacks[place.tier] ?? place.tier }
  const required = Object.entries(place.attribute).map(([name, value]) => [`require.${name}`, value])
  // every index is made for the tier `data_content`, where nodes with the attribute need not be
  return { ...none, [tierPreference]: null, ...Object.fromEntries(required) }
}

/** Whether an index has these settings already. */
export function isAt({ allocation }: DailyIndex, wanted: Allocation): boolean {
  return Object.entries(wanted).every(([name, value]) => {
    const set = allocation[name]
    // the tiers after the first are only for want of it, and lifecycle policies name others
    if (name === tierPreference && value !== null) return first(set) === first(value)
    return (set ?? null) === value
  })
}

function first(list: string | undefined): string | undefined {
  return list?.split(',', 1)[0]
}
