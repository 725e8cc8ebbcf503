// What the disks do: which one reads, how long requests wait, how much of the time each is busy.
import { diskKeys, isBottomDisk } from '../parsers/disk-names.ts'
import { diskRates, parseDiskstats, readDiskstats } from '../parsers/diskstats.ts'
import type { Fields } from '../snapshot/document.ts'
import { kernelTable } from './kernel-table.ts'
import { type Counters, type Rates, sixFigures } from './rates.ts'

export const diskstats = kernelTable({
  name: 'diskstats',
  path: '/proc/diskstats',
  summary:
    'Reads and writes of each disk with their rates, waiting times and the share of the time it was busy, from /proc/diskstats; ' +
    'of whole disks that were ever used, not of partitions, loop devices and the like.',
  fields: [
    {
      name: 'diskstats.*',
      type: 'long',
      unit: 'count',
      counter: /(?<!\.in_flight)$/,
      summary:
        'A disk’s `reads`, `read_bytes`, `read_ms`, `writes`, `written_bytes`, `write_ms`, `io_ms` and `queue_ms` since boot, ' +
        'in bytes and milliseconds as the name says, and its requests `in_flight`, as `diskstats.sda.reads`. Of the first 16 ' +
        'disks; the others together are `diskstats.other`, and all that are made of no other (dm, md) `diskstats.total`.',
    },
    {
      name: 'diskstats_rate.*',
      type: 'double',
      unit: 'per_second',
      summary:
        'What a disk did between two passes: `reads`, `read_bytes`, `writes` and `written_bytes` a second, `read_await_ms` and ' +
        '`write_await_ms` a request in milliseconds, `queue_length` on average and `utilisation_pct`, as ' +
        '`diskstats_rate.sda.utilisation_pct`; absent in the first pass and after a reboot.',
    },
    {
      name: 'diskstats_rate.busiest_pct',
      type: 'double',
      unit: 'percent',
      summary: 'Utilisation of the busiest disk between two passes, whichever of all disks that was.',
    },
    { name: 'diskstats.busiest', type: 'keyword', summary: 'Name of the busiest disk, where any had something to do.' },
  ],
  parse: parseDiskstats,
  rates: { counters, fields },
})

function counters(text: string): Counters {
  const found = new Map<string, number>()
  for (const [name, { in_flight: _, ...figures }] of readDiskstats(text))
    for (const [figure, value] of Object.entries(figures)) found.set(`${name} ${figure}`, value)
  return found
}

function fields(rates: Rates): Fields {
  const names = new Set([...rates.keys()].map((key) => key.slice(0, key.indexOf(' '))))
  const keys = diskKeys(names)
  const sums = new Map<string, number>()
  const found: Fields = {}
  let busiest: { name: string; pct: number } | undefined
  for (const name of names) {
    const disk = diskRates((figure) => rates.get(`${name} ${figure}`))
    const { utilisation_pct: pct = 0 } = disk
    if (busiest === undefined || pct > busiest.pct) busiest = { name, pct }
    const key = keys.get(name)
    if (key !== 'other')
      for (const [figure, rate] of Object.entries(disk)) found[`diskstats_rate.${key}.${figure}`] = sixFigures(rate)
    for (const sum of [key === 'other' ? key : undefined, isBottomDisk(name) ? 'total' : undefined])
      if (sum !== undefined)
        for (const figure of ['reads', 'read_bytes', 'writes', 'written_bytes'] as const)
          sums.set(`${sum}.${figure}`, (sums.get(`${sum}.${figure}`) ?? 0) + (disk[figure] ?? 0))
  }
  for (const [name, rate] of sums) found[`diskstats_rate.${name}`] = sixFigures(rate)
  if (busiest) found['diskstats_rate.busiest_pct'] = sixFigures(busiest.pct)
  if (busiest?.pct) found['diskstats.busiest'] = busiest.name
  return found
}
