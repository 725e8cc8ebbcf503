// The accept queues of what listens, a line for each of the fullest.
import { allOf, hasValue } from '../../history/conditions.ts'
import type { Store } from '../../store/store.ts'
import type { Chart } from './host-charts.ts'
import { type Span, thinned } from './samples.ts'

const shown = 8
const mostRead = 50_000
const fields = ['@timestamp', 'socket.listen.address', 'socket.listen.pct'] as const

/** How full the fullest queues were; undefined where nothing is known of queues. */
export async function queueChart(store: Store, { host, from, to }: Span): Promise<Chart | undefined> {
  const condition = allOf(hasValue('host.name', host), { kind: 'exists', field: 'socket.listen.pct' })
  const found = new Map<string, { at: number; pct: number }[]>()
  let count = 0
  for await (const { names, values } of store.select({ condition, view: { kind: 'history', from, to }, fields })) {
    if (count++ >= mostRead) break
    const [at, address, pct] = fields.map((field) => values[names.indexOf(field)])
    if (typeof pct !== 'number') continue
    const readings = found.get(String(address)) ?? []
    readings.push({ at: Date.parse(String(at)), pct })
    found.set(String(address), readings)
  }
  if (found.size === 0) return undefined
  const peak = (readings: readonly { pct: number }[]) => readings.reduce((most, { pct }) => Math.max(most, pct), 0)
  const fullest = [...found].sort(([, one], [, other]) => peak(other) - peak(one)).slice(0, shown)
  const times = [...new Set(fullest.flatMap(([, readings]) => readings.map(({ at }) => at)))].sort(
    (one, other) => one - other,
  )
  const columns = fullest.map(([, readings]) => {
    const known = new Map(readings.map(({ at, pct }) => [at, pct]))
    return times.map((at) => known.get(at))
  })
  const { at, columns: drawn } = thinned(times, columns)
  const more = found.size - fullest.length
  return {
    id: 'queues',
    title: 'Listening queues: how full',
    path: 'sockets',
    unit: 'percent',
    is_logarithmic: false,
    at,
    lines: fullest.map(([label], index) => ({
      label,
      field: 'socket.listen.pct',
      is_limit: false,
      values: (drawn[index] ?? []).map((value) => value ?? null),
    })),
    ...(more > 0 && { note: `the fullest ${shown} of ${found.size}` }),
  }
}
