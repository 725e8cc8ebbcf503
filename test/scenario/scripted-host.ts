// One host of the play: its state, what happens to it, and what mitra's sources see of it.
import { createHash } from 'node:crypto'
import { NoDataError } from '../../src/errors.ts'
import { Root } from '../../src/host/root.ts'
import type { Fields } from '../../src/snapshot/document.ts'
import type { Observation } from '../../src/snapshot/observation.ts'
import { formatOf } from '../../src/sources/index.ts'
import { Figures } from './figures.ts'
import type { Fixture } from './fixture.ts'
import { HostFiles } from './host-files.ts'
import { printTable, tablePaths } from './kernel-table.ts'
import { Listeners } from './listeners.ts'
import { type Actor, type Changes, type Event, momentOf, type Script } from './script.ts'

/** Files that are as the fixture has them unless the script says otherwise. */
const fixtureFiles = [
  '/etc/group',
  '/etc/os-release',
  '/etc/passwd',
  '/etc/security/limits.conf',
  '/proc/version',
  '/usr/lib/sysctl.d/50-default.conf',
]

export class ScriptedHost {
  name: string
  readonly files: HostFiles
  readonly figures: Figures
  readonly #actor: Actor
  readonly #fixture: Fixture
  readonly #settings: Map<string, string>
  readonly #packages = new Map<string, string>()
  readonly #listeners = new Listeners()
  /** Path of a kernel table to why it cannot be read; undefined when there is none. */
  readonly #broken = new Map<string, string | undefined>()
  /** Texts of settings and packages, until one of them changes. */
  readonly #texts = new Map<string, string>()
  #booted: number
  #boots = 1

  constructor(actor: Actor, fixture: Fixture, { from, events }: Script) {
    this.name = actor.name
    this.#actor = actor
    this.#fixture = fixture
    this.#booted = +actor.booted
    this.#settings = new Map(fixture.settings).set('kernel.hostname', actor.name)
    this.figures = new Figures(actor.name, from, actor.booted, actor.restless)
    this.figures.plan(from, actor.figures)
    for (const event of events.filter(({ hosts }) => hosts.includes(actor.name)))
      this.figures.plan(momentOf(event, actor.name), event.figures)
    this.files = new HostFiles({ name: actor.name, ip: actor.ip }, 0x20000 + number(actor.name, 0x8000))
    for (const path of fixtureFiles) {
      const text = fixture.file(path)
      if (text !== undefined) this.files.change(path, { text }, actor.installed)
    }
    this.change(actor, actor.installed)
  }

  change({ files = {}, sysctl = {}, packages = {}, figures, tables = {}, listeners = {} }: Changes, at: Date): void {
    for (const [path, change] of Object.entries(files)) this.files.change(path, change, at)
    for (const [key, value] of Object.entries(sysctl))
      put(this.#settings, key, value === null ? null : `${value}`.replaceAll(' ', '\t'))
    for (const [name, version] of Object.entries(packages))
      put(this.#packages, name, version === null ? null : `${version}`)
    for (const [path, state] of Object.entries(tables)) {
      if (!tablePaths.includes(path)) throw new Error(`${path} is not among ${tablePaths.join(', ')}`)
      if (state === 'back') this.#broken.delete(path)
      else this.#broken.set(path, state === 'gone' ? undefined : state)
    }
    for (const [port, change] of Object.entries(listeners)) this.#listeners.change(Number(port), change)
    this.figures.turn(at, figures)
    this.#texts.clear()
  }

  /** All that an event does but `silent_until`, which is the agent's matter. */
  apply(event: Event, at: Date): void {
    if (event.reboot) this.#reboot(event.reboot, at)
    if (event.rename !== undefined) {
      this.name = event.rename
      this.#settings.set('kernel.hostname', event.rename)
    }
    this.change(event, at)
  }

  #reboot({ seconds, kernel }: { seconds: number; kernel?: string }, at: Date): void {
    this.#booted = +at + seconds * 1000
    this.#boots++
    this.figures.reboot(this.#booted)
    const before = this.#settings.get('kernel.osrelease')
    if (kernel === undefined || before === undefined) return
    this.#settings.set('kernel.osrelease', kernel)
    this.files.change('/proc/version', { replace: { [before]: kernel } }, at)
  }

  /** The kernel's tables at a time, for the sources that read them. */
  root(now: () => number): Root {
    return new TextRoot((path) => {
      if (path === '/proc/sys/kernel/random/boot_id') return this.#bootId()
      const table = this.#fixture.tables.get(path)
      const problem = this.#broken.get(path)
      if (problem !== undefined) throw new Error(problem)
      if (!table || this.#broken.has(path)) throw new NoDataError(`no ${path} on this host`)
      return printTable(table, (slot) => this.figures.value(slot, now()))
    })
  }

  *hostObservations(at: number): Generator<Observation> {
    const { facts } = this.#fixture
    const own: Fields = {
      'host.id': hash(this.#actor.name).slice(0, 32),
      'host.os.kernel': this.#settings.get('kernel.osrelease') ?? '',
      'host.boot.id': this.#bootId(),
      'host.uptime': Math.round((at - this.#booted) / 10) / 100,
      'host.ip': [this.#actor.ip],
      'host.mac': [`52-54-00-${pairs(hash(this.#actor.name)).slice(0, 8).toUpperCase()}`],
      'agent.version': '1.0.0',
    }
    const fields = { ...facts, ...own }
    const lines = Object.entries(fields).flatMap(([name, value]) => [value].flat().map((one) => `${name} ${one}\n`))
    yield { path: 'host', dataset: 'mitra.host', kind: 'metric', at, content: lines.join(''), fields }
  }

  *settingObservations(at: number): Generator<Observation> {
    yield observed(
      '/proc/sys',
      this.#text('settings', this.#settings, ([key, value]) => `${key} = ${value}\n`),
      at,
    )
  }

  socketObservations(at: number): Iterable<Observation> {
    return this.#listeners.observations(at, Number(this.#settings.get('net.core.somaxconn')))
  }

  *packageObservations(at: number): Generator<Observation> {
    const { arch, manager } = this.#actor
    const text = this.#text('packages', this.#packages, ([name, version]) => `${name} ${version} ${arch}\n`)
    const packages = observed('packages', text, at)
    yield { ...packages, fields: { ...packages.fields, 'package.manager': manager } }
  }

  *counterObservations(at: number): Generator<Observation> {
    yield observed('/proc/sys counters', this.#fixture.counters, at)
  }

  #text(name: string, entries: Map<string, string>, line: (entry: [string, string]) => string): string {
    const text = this.#texts.get(name) ?? [...entries].map(line).sort().join('')
    this.#texts.set(name, text)
    return text
  }

  #bootId(): string {
    const digits = hash(`${this.#actor.name} boot ${this.#boots}`)
    return [
      digits.slice(0, 8),
      digits.slice(8, 12),
      `4${digits.slice(13, 16)}`,
      `a${digits.slice(17, 20)}`,
      digits.slice(20, 32),
    ].join('-')
  }
}

/** A machine that has nothing but these texts. */
class TextRoot extends Root {
  readonly #read: (path: string) => string

  constructor(read: (path: string) => string) {
    super()
    this.#read = read
  }

  override readKernelText(path: string): string {
    return this.#read(path)
  }
}

const understood = new Map<string, Omit<Observation, 'at'>>()

/** What the source of a pseudo path makes of its text. The same state is understood once. */
function observed(path: string, content: string, at: number): Observation {
  const format = formatOf(path)
  if (!format) throw new Error(`no source reads ${path}`)
  const { dataset, kind } = format
  if (kind === 'metric') return { path, dataset, kind, at, content, fields: format.fields(content) }
  const fingerprint = hash(content)
  const known = understood.get(fingerprint) ?? {
    path,
    dataset,
    kind,
    content,
    fields: format.fields(content),
    fingerprint,
  }
  understood.set(fingerprint, known)
  return { ...known, at }
}

function put(map: Map<string, string>, key: string, value: string | null): void {
  if (value === null) map.delete(key)
  else map.set(key, value)
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function number(text: string, limit: number): number {
  return Number.parseInt(hash(text).slice(0, 12), 16) % limit
}

function pairs(digits: string): string {
  return digits.replace(/(..)(?=.)/g, '$1-')
}
