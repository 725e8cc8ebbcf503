// How the distribution of a field moved from day to day.
import type { Condition } from '../query/ast.ts'
import type { Scalar } from '../snapshot/document.ts'
import { compareScalars } from '../store/scalar-order.ts'
import type { Store } from '../store/store.ts'
import { statisticsOf } from './statistics.ts'

export interface ValuesOfDay {
  /** Whole UTC days since the epoch. */
  day: number
  /** Hosts with the field, by the last state of the day. */
  hosts: number
  /** Hosts that were asked: with a state that day that matches the condition. */
  asked: number
  /** Distinct values. */
  distinct: number
  /** The value that most hosts have; of several with as many the first in the order of values. */
  majority?: Scalar
  /** Its share of the hosts with the field. */
  share?: number
  /** Whether another value has as many hosts. */
  tied: boolean
  /** Least, median and largest number, over hosts; absent where no value is a number. */
  min?: number
  median?: number
  max?: number
}

/** The distributions of a field over the daily view, oldest day first; a day of which nothing is kept has no hosts. */
export async function* valuesByDay(
  store: Store,
  field: string,
  { condition, from, to }: { condition: Condition; from: number; to: number },
): AsyncGenerator<ValuesOfDay, void> {
  for (let day = from; day <= to; day++) {
    const { values, coverage } = await store.values(field, { condition, view: { kind: 'days', from: day, to: day } })
    const most = values[0]?.hosts
    const [majority] = values.filter(({ hosts }) => hosts === most).sort((a, b) => compareScalars(a.value, b.value))
    const statistics = statisticsOf(values)
    yield {
      day,
      hosts: coverage.matched,
      asked: coverage.asked,
      distinct: values.length,
      ...(majority && { majority: majority.value, share: majority.hosts / coverage.matched }),
      tied: values[1] !== undefined && values[1].hosts === most,
      ...(statistics && { min: statistics.min, median: statistics.p50, max: statistics.max }),
    }
  }
}
