// The agent of a scripted host: mitra's own cycle and sources, at scripted times, with a store that keeps what it is given.
import { type CycleContext, type Job, runCycle } from '../../src/agent/cycle.ts'
import { Memory } from '../../src/agent/memory.ts'
import type { Document } from '../../src/snapshot/document.ts'
import type { Observation } from '../../src/snapshot/observation.ts'
import { sources } from '../../src/sources/index.ts'
import type { Collect } from '../../src/sources/source.ts'
import type { Moment } from './moments.ts'
import type { ScriptedHost } from './scripted-host.ts'

type Reading = Extract<Moment, { read: readonly string[] }>

export class ScriptedAgent {
  readonly documents: Document[] = []
  readonly #host: ScriptedHost
  readonly #labels: Readonly<Record<string, string>>
  #context: CycleContext
  #jobs: Map<string, Job>
  #clock = 0
  #paths: readonly string[] | undefined

  constructor(host: ScriptedHost, labels: Readonly<Record<string, string>>) {
    this.#host = host
    this.#labels = labels
    this.#context = this.#newContext()
    this.#jobs = this.#newJobs()
  }

  /** One cycle; sources follow one another within milliseconds. */
  async read({ at, read, paths, starts = false }: Reading): Promise<void> {
    if (starts) {
      this.#context = this.#newContext()
      this.#jobs = this.#newJobs()
    }
    this.#clock = at
    this.#paths = paths
    await runCycle(
      read.map((name) => this.#jobs.get(name)!),
      this.#context,
      never,
    )
  }

  #newContext(): CycleContext {
    const write = async (documents: readonly Document[]) => {
      this.documents.push(...documents)
      return documents.map(() => ({ status: 'stored' as const }))
    }
    return {
      host: this.#host.name,
      root: this.#host.root(() => this.#clock),
      labels: this.#labels,
      store: { write },
      memory: new Memory(),
      log: quiet,
      now: () => this.#clock++,
    }
  }

  #newJobs(): Map<string, Job> {
    const host = this.#host
    const seconds = () => this.#clock / 1000
    const collectors = new Map(sources.map(({ name, create }) => [name, timed(create(), seconds)]))
    // What reads files or the tree of /proc/sys gets what it would have found.
    collectors.set(
      'host',
      told((at) => host.hostObservations(at)),
    )
    collectors.set(
      'sysctl',
      told((at) => host.settingObservations(at)),
    )
    collectors.set(
      'counters',
      told((at) => host.counterObservations(at)),
    )
    collectors.set(
      'packages',
      told((at) => host.packageObservations(at)),
    )
    collectors.set(
      'sockets',
      told((at) => host.socketObservations(at)),
    )
    collectors.set(
      'files',
      told((at) => host.files.observations(at, this.#paths)),
    )
    return new Map([...collectors].map(([name, collect]) => [name, job(name, collect)]))
  }
}

function told(observe: (at: number) => Iterable<Observation>): Collect {
  return async function* ({ now }) {
    yield* observe(now())
  }
}

/** Rates are told by the clock of the script. */
function timed(collect: Collect, seconds: () => number): Collect {
  return (pass) => collect({ ...pass, seconds })
}

function job(name: string, collect: Collect): Job {
  return { name, path: name, dataset: `mitra.${name}`, frequency: { seconds: 300 }, collect, isRequired: () => false }
}

const never = new AbortController().signal
const quiet = { debug() {}, info() {}, warn() {}, error() {} }
