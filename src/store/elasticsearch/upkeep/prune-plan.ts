// Which daily indices go, move and become one segment: what a prune does, without doing it.
import { dayOf } from '../../../snapshot/document.ts'
import type { Retention } from '../../store.ts'
import type { DailyIndex } from './daily-indices.ts'
import type { PlannedMove } from './index-work.ts'
import { allocationAt, isAt, placeOf } from './places.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Documents of a day come until about so long after it. */
export const settledMs = 2 * hourMs

export interface Plan {
  removed: DailyIndex[]
  moved: PlannedMove[]
  merged: DailyIndex[]
}

/** What is to be done with the indices to keep what `retention` says; nothing for those that are as they should be. */
export function planOf(indices: readonly DailyIndex[], retention: Retention, now: number): Plan {
  const firstDay = {
    days: retention.days === undefined ? Number.NEGATIVE_INFINITY : dayOf(now) - retention.days,
    history: retention.history === undefined ? Number.NEGATIVE_INFINITY : dayOf(now - retention.history * dayMs),
  }
  const isOld = ({ view, day }: DailyIndex) => day < firstDay[view]
  // a lifecycle policy would undo what is not its own
  const kept = indices.filter((index) => !isOld(index) && !index.hasLifecycle)
  const { moves = [], merge = false } = retention
  return {
    removed: indices.filter(isOld),
    moved: kept.flatMap((index) => {
      const to = placeOf(index.day, moves, now)
      return to === undefined || isAt(index, allocationAt(to, moves)) ? [] : [{ index, to }]
    }),
    merged: merge ? kept.filter((index) => isFinished(index, now) && index.segments > index.shards) : [],
  }
}

function isFinished({ day }: DailyIndex, now: number): boolean {
  return now >= (day + 1) * dayMs + settledMs
}
