// /proc/diskstats: block/genhd.c (diskstats_show), Documentation/admin-guide/iostats.rst. One device a line: numbers, name, then 11
// figures; 4 of discards came with 4.18, 2 of flushes with 5.5, both behind. Before 2.6.25 partitions had 4, which are no disks.
import type { Fields } from '../snapshot/document.ts'
import { diskKeys, isBottomDisk, isDisk } from './disk-names.ts'
import { isLong } from './integer.ts'

const line = /^\s*\d{1,9}\s+\d{1,9}\s+(\S{1,32})\s+((?:\d{1,20}\s+){10}\d{1,20})(?:\s|$)/
/** A disk has partitions, and a host loop devices: more than any host has of all. */
const mostLines = 20_000
/** Sectors of this file are that long on every disk. */
const sectorBytes = 512

/** What a disk has done since boot, and is doing. */
export interface DiskFigures {
  reads: number
  read_bytes: number
  read_ms: number
  writes: number
  written_bytes: number
  write_ms: number
  in_flight: number
  /** Milliseconds in which it had something to do. */
  io_ms: number
  /** Milliseconds that all its requests have waited and been served, together. */
  queue_ms: number
}

/** The whole disks of the host that were ever used, in order of the table. */
export function readDiskstats(text: string): Map<string, DiskFigures> {
  const disks = new Map<string, DiskFigures>()
  for (const row of text.split('\n', mostLines)) {
    const [, name = '', columns = ''] = line.exec(row) ?? []
    if (!isDisk(name)) continue
    const figures = figuresOf(columns.split(/\s+/).map(Number))
    const values = Object.values(figures)
    if (values.every(isLong) && values.some((value) => value > 0)) disks.set(name, figures)
  }
  return disks
}

function figuresOf(columns: readonly number[]): DiskFigures {
  const [reads = 0, , read = 0, read_ms = 0, writes = 0, , written = 0, write_ms = 0, ...rest] = columns
  const [in_flight = 0, io_ms = 0, queue_ms = 0] = rest
  return {
    reads,
    read_bytes: read * sectorBytes,
    read_ms,
    writes,
    written_bytes: written * sectorBytes,
    write_ms,
    in_flight,
    io_ms,
    queue_ms,
  }
}

/**
 * `diskstats.sda.reads` and so on, those beyond the first 16 together as `diskstats.other`, and all but stacked ones together as
 * `diskstats.total`.
 */
export function parseDiskstats(text: string): Fields {
  const disks = readDiskstats(text)
  const keys = diskKeys(disks.keys())
  const fields: Record<string, number> = {}
  for (const [name, figures] of disks) {
    const key = keys.get(name)
    for (const [figure, value] of Object.entries(figures)) {
      const canAdd = summable.has(figure)
      if (key !== 'other' || canAdd) addTo(fields, `diskstats.${key}.${figure}`, value)
      if (isBottomDisk(name) && canAdd) addTo(fields, `diskstats.total.${figure}`, value)
    }
  }
  return fields
}

/** Times of several disks together are no time. */
const summable: ReadonlySet<string> = new Set(['reads', 'read_bytes', 'writes', 'written_bytes', 'in_flight'])

function addTo(fields: Record<string, number>, name: string, value: number): void {
  fields[name] = (fields[name] ?? 0) + value
}

/** What a disk did between two passes, by second; a figure that could not be compared is absent. */
export interface DiskRates {
  reads?: number
  read_bytes?: number
  writes?: number
  written_bytes?: number
  /** Requests waiting or being served, on average. */
  queue_length?: number
  /** Share of the time in which it had something to do; a disk that serves many requests at once may take more at 100. */
  utilisation_pct?: number
  /** How long a request took from its start to its end, on average; absent where there was none. */
  read_await_ms?: number
  write_await_ms?: number
}

/** Of how fast each figure of a disk goes up in a second. */
export function diskRates(rate: (figure: keyof DiskFigures) => number | undefined): DiskRates {
  const found: DiskRates = {}
  for (const name of ['reads', 'read_bytes', 'writes', 'written_bytes'] as const) put(found, name, rate(name))
  put(found, 'queue_length', scaled(rate('queue_ms'), 1 / 1000))
  put(found, 'utilisation_pct', scaled(rate('io_ms'), 1 / 10, 100))
  put(found, 'read_await_ms', quotient(rate('read_ms'), rate('reads')))
  put(found, 'write_await_ms', quotient(rate('write_ms'), rate('writes')))
  return found
}

function put(rates: DiskRates, name: keyof DiskRates, value: number | undefined): void {
  if (value !== undefined) rates[name] = value
}

function scaled(value: number | undefined, factor: number, most = Number.POSITIVE_INFINITY): number | undefined {
  return value === undefined ? undefined : Math.min(value * factor, most)
}

function quotient(value: number | undefined, count: number | undefined): number | undefined {
  return value === undefined || !count ? undefined : value / count
}
