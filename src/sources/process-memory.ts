// What only smaps tell of a process: pss, uss and heap. The kernel walks every page of the process for it, some 40 ms per GB,
// while the process may wait for its own memory map; so the larger it is, the more rarely it is read, one at a time, beside the
// event loop.
import { setTimeout as sleep } from 'node:timers/promises'
import { NoDataError } from '../errors.ts'
import { readSlices } from '../host/read-slices.ts'
import type { Root } from '../host/root.ts'
import { type Smaps, type SmapsOptions, smapsReader } from '../parsers/smaps.ts'

export interface Measurement extends Smaps {
  /** What the figures were read of; the heaps are always of smaps. */
  source: 'smaps' | 'smaps_rollup'
  /** How long it took to read. */
  ms: number
  /** Of the clock that only goes forward. */
  atSeconds: number
}

export interface Measured {
  /** Who it is, another one for another process of the same pid. */
  id: string
  pid: number
  startBrk: bigint | undefined
  /** Somebody wants to know: it is read more often. */
  isNamed: boolean
}

export interface SmapsMeter {
  /** Reads what is due; resolves with what is known of each, or when it takes too long: the next pass then has it. */
  measure(processes: readonly Measured[], pass: MeterPass): Promise<ReadonlyMap<string, Measurement>>
}

export interface MeterPass {
  root: Root
  /** Of a clock that only goes forward. */
  seconds: () => number
  signal: AbortSignal
}

/** A process is read again after so many times as long as reading it took: 1 s is read once in 6 hours, or in 17 minutes. */
const restOfUnnamed = 20_000
const restOfNamed = 1000
/** How long a pass waits: the other sources wait with it. */
const patienceMs = 3000
/** 60,000 mappings. */
const mostCharacters = 64 * 1024 * 1024

/** A meter with its memory of what was read, and of when each may be read again. */
export function smapsMeter(): SmapsMeter {
  const known = new Map<string, { measurement?: Measurement; due: number }>()
  let running: Promise<void> | undefined

  async function measureAll(processes: readonly Measured[], { root, seconds, signal }: MeterPass): Promise<void> {
    for (const { id, pid, startBrk, isNamed } of processes) {
      const before = known.get(id)
      if (signal.aborted) return
      if (before && seconds() < before.due) continue
      const began = performance.now()
      const found = await measureOne(root, pid, startBrk, signal).catch(() => undefined)
      const ms = performance.now() - began
      const due = seconds() + (ms / 1000) * (isNamed ? restOfNamed : restOfUnnamed)
      const measurement = found && { ...found, ms: Math.round(ms * 10) / 10, atSeconds: seconds() }
      known.set(id, { ...before, ...(measurement && { measurement }), due })
    }
  }

  return {
    async measure(processes, pass) {
      const ids = new Set(processes.map(({ id }) => id))
      for (const id of known.keys()) if (!ids.has(id)) known.delete(id)
      running ??= measureAll(processes, pass).finally(() => {
        running = undefined
      })
      const patience = new AbortController()
      const late = sleep(patienceMs, undefined, { signal: AbortSignal.any([patience.signal, pass.signal]) })
      await Promise.race([running, late.catch(() => {})])
      patience.abort()
      return new Map([...known].flatMap(([id, { measurement }]) => (measurement ? [[id, measurement] as const] : [])))
    },
  }
}

type Found = Omit<Measurement, 'ms' | 'atSeconds'>

/** Throws what reading throws: no right to look, or the process has ended. */
async function measureOne(root: Root, pid: number, startBrk: bigint | undefined, signal: AbortSignal): Promise<Found> {
  const rollup = await read(root, `/proc/${pid}/smaps_rollup`, { heapsOnly: false }, signal)
  const smaps = await read(root, `/proc/${pid}/smaps`, { heapsOnly: rollup !== undefined, startBrk }, signal)
  if (smaps === undefined) throw new NoDataError(`no smaps of process ${pid}`)
  return rollup
    ? { figures: rollup.figures, heaps: smaps.heaps, source: 'smaps_rollup' }
    : { ...smaps, source: 'smaps' }
}

/** Undefined where there is no such file: smaps_rollup came with Linux 4.14. */
async function read(root: Root, path: string, options: SmapsOptions, signal: AbortSignal): Promise<Smaps | undefined> {
  const reader = smapsReader(options)
  let length = 0
  try {
    for await (const slice of readSlices(root, path, signal)) {
      length += slice.length
      if (length > mostCharacters) throw new Error(`${path} is longer than ${mostCharacters} characters`)
      if (!reader.add(slice)) break
    }
  } catch (error) {
    if (error instanceof NoDataError) return undefined
    throw error
  }
  return length === 0 ? undefined : reader.result()
}
