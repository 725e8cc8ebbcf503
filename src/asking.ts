// The questions of the library, put to a store: texts read as queries and times, and what is asked by default.
import { catalogue } from './commands/declared-fields.ts'
import { daysOf, moment, viewOf } from './commands/moment.ts'
import { around } from './history/around.ts'
import { assertion } from './history/assertion.ts'
import { blameKeys, blameLines } from './history/blame.ts'
import { changeBetween } from './history/change.ts'
import { compare } from './history/compare.ts'
import { type DriftRequest, drift, ranking, type Subject } from './history/drift.ts'
import { effectiveDrift } from './history/effective.ts'
import { fleetLog } from './history/fleet-log.ts'
import { growthOf } from './history/growth.ts'
import { seriesOf } from './history/series.ts'
import { valuesByDay } from './history/values-over-time.ts'
import { versionsOf } from './history/versions.ts'
import { whenTrue } from './history/when.ts'
import type { AskOptions, DriftOptions, FleetOptions, Mitra, SearchOptions, SpanOptions, Time } from './mitra.ts'
import type { Condition } from './query/ast.ts'
import { fieldMeaning } from './query/field-meaning.ts'
import { parseQuery } from './query/parser.ts'
import { questionOf } from './query/question.ts'
import { resolveQuery } from './query/resolve.ts'
import type { SearchRequest, Store, View } from './store/store.ts'

const hour = 3_600_000
const day = 24 * hour

/** A store as a program asks it. */
export function asking(store: Store): Mitra {
  return {
    search: (query, options = {}) => store.search(requestOf(query, options)),
    count: async (query, options = {}) => store.count(requestOf(query, options)),
    async hosts(query, options = {}) {
      const now = Date.now()
      const { all = [], without = [], universe, silentBefore } = options
      const read = (text: string) => conditionOf(text, options, now)
      return store.hosts({
        all: [...(query === undefined ? [] : [query]), ...all].map(read),
        without: without.map(read),
        ...(universe !== undefined && { universe: read(universe) }),
        view: viewOf(viewOptions(options), { now: () => now }),
        silentBefore: silentBefore === undefined ? now - hour : timeOf(silentBefore, 'silentBefore', now),
      })
    },
    values: async (field, query = '', options = {}) => store.values(storedName(field), requestOf(query, options)),
    valuesByDay(field, query = '', options = {}) {
      const now = Date.now()
      const days = daysOf(viewOptions(options), { now: () => now })
      const condition = conditionOf(query, options, now)
      return valuesByDay(store, storedName(field), { condition, ...days })
    },
    async compare(host, paths, times, { match } = {}) {
      const now = Date.now()
      const at = times.map((time) => timeOf(time, 'times', now))
      return compare(store, { host, paths, times: at, ...(match && { match }), catalogue })
    },
    async around(host, at, { window = 600_000 } = {}) {
      const now = Date.now()
      return around(store, { host, at: timeOf(at, 'at', now), window, now, catalogue })
    },
    drift: async (what, query = '', options = {}) => drift(store, driftRequest(what, query, options)),
    async ranking(what, query = '', options = {}) {
      const { rows } = options
      return ranking(store, { ...driftRequest(what, query, options), ...(rows !== undefined && { rows }) })
    },
    async effectiveDrift(options = {}) {
      const { key } = options
      return effectiveDrift(store, { ...whom(options, Date.now()), ...(key !== undefined && { key }) })
    },
    async assertion(query, options = {}) {
      const now = Date.now()
      const { on = 'all', allowSilent = false } = options
      const { condition, fields } = questionOf(parsed(query, options), catalogue, now)
      return assertion(store, { condition, fields, on, allowSilent, ...whom(options, now) })
    },
    async fleetLog(query = '', options = {}) {
      const now = Date.now()
      const { from, to = now } = spanOf(options, now)
      return fleetLog(store, { condition: conditionOf(query, options, now), from: from ?? to - day, to })
    },
    whenTrue(query, options = {}) {
      const now = Date.now()
      return whenTrue(store, { condition: conditionOf(query, options, now), to: now, ...spanOf(options, now) })
    },
    async growth(field, query = '', options = {}) {
      const now = Date.now()
      const { from, to = now } = spanOf(options, now)
      const condition = conditionOf(query, options, now)
      return growthOf(store, { ...numberNamed(field), condition, from: from ?? to - 7 * day, to })
    },
    versions(host, path, options = {}) {
      const { ignoreVolatile = false } = options
      return versionsOf(store, { host, path, ...spanOf(options, Date.now()), ignoreVolatile })
    },
    series: async (host, path, field, options = {}) =>
      seriesOf(store, { host, path, ...numberNamed(field), ...spanOf(options, Date.now()) }),
    async diff(before, after, { ignoreVolatile = false } = {}) {
      const now = Date.now()
      const [one, other] = await Promise.all(
        [before, after].map(({ host, path, at }) =>
          store.get(host, path, at === undefined ? undefined : timeOf(at, 'at', now)),
        ),
      )
      return one && other && changeBetween(one, other, { ignoreVolatile })
    },
    blameLines: async (host, path, at) => blameLines(store, { host, path, ...spanOf({ to: at }, Date.now()) }),
    blameKeys: async (host, path, at) => blameKeys(store, { host, path, ...spanOf({ to: at }, Date.now()) }),
    fields: () => store.fields(),
    get: async (host, path, at) => store.get(host, path, at === undefined ? undefined : timeOf(at, 'at', Date.now())),
    close: () => store.close(),
    [Symbol.asyncDispose]: () => store.close(),
  }
}

function requestOf(query: string, options: SearchOptions): SearchRequest {
  const now = Date.now()
  const { limit, withoutContent } = options
  return {
    condition: conditionOf(query, options, now),
    view: viewOf(viewOptions(options), { now: () => now }),
    ...(limit !== undefined && { limit }),
    ...(withoutContent !== undefined && { withoutContent }),
  }
}

function driftRequest(what: Subject, query: string, options: DriftOptions): DriftRequest {
  const now = Date.now()
  const { groupBy = [], names } = options
  return {
    subject: what.kind === 'field' ? { ...what, field: storedName(what.field) } : what,
    condition: conditionOf(query, options, now),
    groupBy: groupBy.map(storedName),
    ...(names !== undefined && { names }),
    ...whom(options, now),
  }
}

/** Whom a question about the fleet is asked, as of when, and who is silent. */
function whom(options: FleetOptions, now: number): { view: View; universe?: Condition; silentBefore: number } {
  const { universe, silentBefore } = options
  const view = viewOf(viewOptions(options), { now: () => now })
  const asOf = view.kind === 'moment' ? Math.min(view.at, now) : now
  return {
    view,
    ...(universe !== undefined && { universe: conditionOf(universe, options, now) }),
    silentBefore: silentBefore === undefined ? asOf - hour : timeOf(silentBefore, 'silentBefore', now),
  }
}

function spanOf(
  { from, to }: { [End in keyof SpanOptions]: Time | undefined },
  now: number,
): { from?: number; to?: number } {
  return {
    ...(from !== undefined && { from: timeOf(from, 'from', now) }),
    ...(to !== undefined && { to: timeOf(to, 'to', now) }),
  }
}

/** The stored name of a field, and whether it counts. */
function numberNamed(field: string): { field: string; isCounter: boolean } {
  const { name, counter } = fieldMeaning(field, catalogue)
  return { field: name, isCounter: counter === true }
}

function storedName(field: string): string {
  return fieldMeaning(field, catalogue).name
}

function conditionOf(text: string, options: AskOptions, now: number): Condition {
  return resolveQuery(parsed(text, options), catalogue, now)
}

function parsed(text: string, { defaultOperator }: AskOptions) {
  return parseQuery(text, { defaultOperator: defaultOperator === 'or' ? 'OR' : 'AND' })
}

function viewOptions({ at, day, from, to, history = false }: AskOptions) {
  return { at: timeText(at), day: timeText(day), from: timeText(from), to: timeText(to), history }
}

function timeText(time: Time | undefined): string | undefined {
  return time instanceof Date ? time.toISOString() : time
}

function timeOf(time: Time, name: string, now: number): number {
  return time instanceof Date ? time.getTime() : moment(time, name, { now: () => now })
}
