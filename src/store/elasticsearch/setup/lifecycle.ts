// The lifecycle of daily indices as policies of Elasticsearch's index lifecycle management, for clusters that have it: what
// `mitra prune` does elsewhere.
import { ownMeta } from '../mapping/index-template.ts'

/** When daily indices move and go. */
export interface Lifecycle {
  /** Days each view is kept; for ever when absent. */
  days?: number
  history?: number
  /** Whether finished days are merged into one segment. */
  merge: boolean
  warm?: Move
  cold?: Move
}

export interface Move {
  /** Hours from the end of the day. */
  after_hours: number
  /** Where to: a data tier, or nodes with these attributes. */
  to: { tier: string } | { attribute: Readonly<Record<string, string>> }
}

type Json = Readonly<Record<string, unknown>>

export interface Policy {
  /** Of `PUT _ilm/policy/<name>`. */
  name: string
  body: Json
}

/** The policies of both daily views, by view. */
export function policiesOf(prefix: string, lifecycle: Lifecycle): { days: Policy; history: Policy } {
  return {
    days: { name: `${prefix}days`, body: policyOf(lifecycle, lifecycle.days) },
    history: { name: `${prefix}history`, body: policyOf(lifecycle, lifecycle.history) },
  }
}

// Ages count from the creation of the index, which is the beginning of its day.
const hoursOfDay = 24
/** Documents of a day come until about then. */
const settled = 2

function policyOf({ merge, warm, cold }: Lifecycle, keptDays: number | undefined): Json {
  const isFirstStep = merge || warm !== undefined
  const phases = {
    hot: { min_age: '0ms', actions: {} },
    ...(isFirstStep && {
      warm: {
        min_age: hours(hoursOfDay + (warm?.after_hours ?? settled)),
        actions: { ...movedTo(warm, 'data_warm'), ...(merge && { forcemerge: { max_num_segments: 1 } }) },
      },
    }),
    ...(cold && { cold: { min_age: hours(hoursOfDay + cold.after_hours), actions: movedTo(cold, 'data_cold') } }),
    ...(keptDays !== undefined && { delete: { min_age: `${keptDays + 1}d`, actions: { delete: {} } } }),
  }
  return { policy: { _meta: ownMeta, phases } }
}

/** Units are whole numbers there. */
function hours(count: number): string {
  return Number.isInteger(count) ? `${count}h` : `${Math.round(count * 60)}m`
}

/** Without a move the index stays: Elasticsearch would move it to the tier of the phase by itself. */
function movedTo(move: Move | undefined, tierOfPhase: string): Json {
  if (move === undefined) return { migrate: { enabled: false } }
  if ('attribute' in move.to) return { allocate: { require: move.to.attribute }, migrate: { enabled: false } }
  const { tier } = move.to
  if (tier === tierOfPhase) return { migrate: { enabled: true } }
  return { allocate: { include: { _tier_preference: tier } }, migrate: { enabled: false } }
}
