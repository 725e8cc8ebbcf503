// The script: who plays (fleet.yml) and what happens (events/*.yml), read and checked. README.md says how to write it.
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { CORE_SCHEMA, load, timestampTag } from 'js-yaml'
import type { ScriptedListener } from './listeners.ts'

/** What becomes of a file: its whole text, null for its removal, or parts that change. */
export type FileChange =
  | string
  | null
  | {
      text?: string
      /** Appended: the inode stays. */
      add?: string
      /** Old text to new; the old must be there. */
      replace?: Record<string, string>
      /** `times` lines, `{hi}` and `{lo}` counting up to 255 each. */
      repeat?: { line: string; times: number }
      /** Bytes that are no text, made from a seed. */
      binary?: { seed: string; size: number }
      mode?: string
      owner?: string
      /** Why it cannot be read, as `error.message`; null when it can again. */
      unreadable?: string | null
    }

/** What a host is made of, or what happens to it. */
export interface Changes {
  files?: Record<string, FileChange>
  /** Effective settings, spaces for tabs; null takes one away. */
  sysctl?: Record<string, string | number | null>
  /** Name to version; null when not installed. */
  packages?: Record<string, string | number | null>
  /** Field of a kernel table to the value it has from here (`13.4 GB`), or how fast it goes up from here (`40/s`). */
  figures?: Record<string, string | number>
  /** Path of a kernel table to `gone`, `back` or why it cannot be read. */
  tables?: Record<string, string>
  /** Port of TCP to who listens there, or what changes of it. */
  listeners?: Record<number, Partial<ScriptedListener>>
}

export interface Event extends Changes {
  at: Date
  hosts: string[]
  /** Seconds between one host and the next. */
  apart?: number
  /** Down for so many seconds; then counters begin at 0, under another kernel where one is named. */
  reboot?: { seconds: number; kernel?: string }
  /** The name from here on. */
  rename?: string
  /** Nothing is sent until then. */
  silent_until?: Date
}

/** Kernel tables read more often than usual: every so many seconds, or at these times. */
export interface Sampling {
  hosts: string[]
  /** Names of sources; those of all kernel tables when absent. */
  sources?: string[]
  from?: Date
  to?: Date
  every?: number
  at?: Date[]
}

export interface Actor extends Changes {
  name: string
  /** The fixture host its tables and settings are those of. */
  like: string
  labels: Record<string, string>
  ip: string
  booted: Date
  installed: Date
  /** Package manager and architecture of its packages. */
  manager: string
  arch: string
  /** Field to how much it varies by itself, in percent. */
  restless: Record<string, number>
}

export interface Script {
  from: Date
  to: Date
  actors: Actor[]
  events: Event[]
  samplings: Sampling[]
}

type Part = Omit<Partial<Actor>, 'name'> & { is?: string[] }
interface FleetFile {
  from: Date
  to: Date
  parts: Record<string, Part>
  hosts: Record<string, Part>
}

const changeKeys = ['files', 'sysctl', 'packages', 'figures', 'tables', 'listeners']
const actorKeys = ['is', 'like', 'labels', 'ip', 'booted', 'installed', 'manager', 'arch', 'restless', ...changeKeys]
const eventKeys = ['at', 'hosts', 'apart', 'reboot', 'rename', 'silent_until', ...changeKeys]
const samplingKeys = ['hosts', 'sources', 'from', 'to', 'every', 'at']

/** Reads the whole script; a key or host that means nothing is an error. */
export function readScript(folder = import.meta.dirname): Script {
  const { from, to, parts, hosts } = read(join(folder, 'fleet.yml')) as FleetFile
  const names = Object.keys(hosts)
  const actors = names.map((name) => ({ name, ...assembled(hosts[name]!, parts, name) }) as Actor)
  const events: Event[] = []
  const samplings: Sampling[] = []
  for (const file of globSync(join(folder, 'events/*.yml')).sort()) {
    const told = read(file) as { events?: Event[]; samplings?: Sampling[] }
    check(told, ['events', 'samplings'], basename(file))
    for (const event of told.events ?? []) events.push(checked(event, eventKeys, names, basename(file)))
    for (const each of told.samplings ?? []) samplings.push(checked(each, samplingKeys, names, basename(file)))
  }
  return { from, to, actors, events: events.sort((one, other) => +one.at - +other.at), samplings }
}

const schema = CORE_SCHEMA.withTags([timestampTag])

function read(file: string): unknown {
  return load(readFileSync(file, 'utf8'), { schema })
}

/** When an event comes to one of its hosts. */
export function momentOf({ at, hosts, apart = 0 }: Event, host: string): Date {
  return new Date(+at + hosts.indexOf(host) * apart * 1000)
}

/** The parts it is made of, one over the other, and what is its own over all. */
function assembled(own: Part, parts: Record<string, Part>, name: string): Part {
  check(own, actorKeys, name)
  const whole: Record<string, unknown> = {}
  const layers = (own.is ?? []).map((part) => assembled(known(parts[part], part), parts, part))
  for (const layer of [...layers, own])
    for (const [key, value] of Object.entries(layer))
      whole[key] = isMap(value) ? { ...(whole[key] ?? {}), ...value } : value
  return whole
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof Date) && !Array.isArray(value)
}

function known<T>(part: T | undefined, name: string): T {
  if (part === undefined) throw new Error(`fleet.yml has no part "${name}"`)
  return part
}

function checked<T extends { hosts: string[] }>(
  told: T,
  keys: readonly string[],
  names: readonly string[],
  where: string,
): T {
  check(told, keys, where)
  const stranger = told.hosts.find((host) => !names.includes(host))
  if (stranger !== undefined) throw new Error(`${where}: no host "${stranger}" in fleet.yml`)
  return told
}

function check(told: object, keys: readonly string[], where: string): void {
  const unknown = Object.keys(told).find((key) => !keys.includes(key))
  if (unknown !== undefined) throw new Error(`${where}: "${unknown}" means nothing, only ${keys.join(', ')} do`)
}
