// When what happens on a host and when its agent reads what: the script of one host as a list in order of time.
import { nextBeat } from '../../src/agent/schedule.ts'
import { type Event, momentOf, type Sampling, type Script } from './script.ts'

export type Moment =
  | { at: number; event: Event }
  /** Names of jobs; `files` are those at `paths` alone where there are such. `starts`: the agent knows nothing of before. */
  | { at: number; read: readonly string[]; paths?: readonly string[]; starts?: boolean }

const second = 1000
/** A watched file is told of so soon, in milliseconds. */
const watchDelay = 130
/** From a boot to the agent's first cycle, in seconds. */
const bootDelay = 40
/** In seconds. Settings and packages as often as agents do; the host and tables more rarely, to have few documents. */
const frequency = { state: 300, host: 3600, tables: 8 * 3600 }

const state = ['files', 'sysctl', 'packages']
const tables = ['meminfo', 'zoneinfo', 'buddyinfo', 'vmstat', 'loadavg', 'netstat']
const everything = ['host', ...state, ...tables, 'counters']

export function momentsOf(name: string, { from, to, events, samplings }: Script): Moment[] {
  const moments: Moment[] = [{ at: +from + second, read: everything, starts: true }]
  let called = name
  for (const event of events.filter(({ hosts }) => hosts.includes(name))) {
    const at = +momentOf(event, name)
    moments.push({ at, event })
    called = event.rename ?? called
    const start = startAfter(event, at)
    if (start !== undefined) moments.push({ at: start, read: everything, starts: true })
    if (event.files) moments.push({ at: at + watchDelay, read: ['files'], paths: Object.keys(event.files) })
    if (event.sysctl || event.packages) moments.push({ at: nextBeat(called, frequency.state, at), read: state })
  }
  for (const at of beats(name, frequency.host, +from, +to)) moments.push({ at, read: ['host', ...state] })
  for (const at of beats(name, frequency.tables, +from, +to)) moments.push({ at, read: [...tables, 'counters'] })
  for (const sampling of samplings.filter(({ hosts }) => hosts.includes(name)))
    for (const at of timesOf(sampling)) moments.push({ at, read: sampling.sources ?? tables })
  return moments.sort((one, other) => one.at - other.at).filter(({ at }) => at <= +to)
}

/** When the agent begins anew because of an event that comes at a time, in milliseconds since the epoch. */
export function startAfter({ reboot, rename, silent_until }: Event, at: number): number | undefined {
  if (silent_until) return +silent_until
  if (reboot) return at + (reboot.seconds + bootDelay) * second
  return rename === undefined ? undefined : at
}

function* beats(name: string, seconds: number, from: number, to: number): Generator<number> {
  for (let at = nextBeat(name, seconds, from); at <= to; at = nextBeat(name, seconds, at)) yield at
}

function* timesOf({ from, to, every, at = [] }: Sampling): Generator<number> {
  for (const one of at) yield +one
  if (from && to && every) for (let next = +from; next <= +to; next += every * second) yield next
}
