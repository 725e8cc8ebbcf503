// What reading the sockets of a host costs, beside `ss` and /proc, by how many there are: in a network namespace of its own.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { noNetwork, ownNetwork } from '../test/sources/sockets/own-network.ts'
import { plainEnvironment, rounded, table } from './measure.ts'
import type { Measured } from './sockets-measured.ts'

const counts = (process.env['MITRA_BENCH_SOCKETS'] ?? '10000,50000').split(',').map(Number)
const rounds = process.env['MITRA_BENCH_ROUNDS'] ?? '7'

/** A reading, and what it is measured against. */
const readings = [
  ['ss -tan', undefined],
  ['netlink, each socket', 'ss -tan'],
  ['netlink, few', 'ss -tan'],
  ['/proc, each socket', 'ss -tan'],
  ['ss -ltn', undefined],
  ['ss state listening', 'ss -ltn'],
  ['netlink, listeners', 'ss -ltn'],
  ['/proc, listeners', 'ss -ltn'],
] as const

export async function run(): Promise<void> {
  console.log('## Sockets\n')
  const reason = noNetwork()
  if (reason) {
    console.log(`not measured: ${reason}\n`)
    return
  }
  const measured: Measured[] = []
  for (const count of counts) measured.push(await measuredWith(count))
  table(
    ['CPU ms / wall ms (x CPU of ss)', ...counts.map((count) => `${count} sockets`)],
    readings.map(([name, baseline]) => [name, ...measured.map((each) => cell(each, name, baseline))]),
  )
  table(
    ['of the process that reads', ...counts.map((count) => `${count} sockets`)],
    [
      ...['nothing', 'listeners', 'with their processes', 'with processes and states'].map((name) => [
        `% of a processor each second: ${name}`,
        ...measured.map(({ steady }) => rounded(steady[name] ?? Number.NaN, 2)),
      ]),
      [
        'longest stall ms, netlink, each socket',
        ...measured.map(({ stall }) => rounded(stall['netlink, each socket'] ?? 0)),
      ],
      [
        'longest stall ms, /proc, each socket',
        ...measured.map(({ stall }) => rounded(stall['/proc, each socket'] ?? 0)),
      ],
      ['MB more than before, netlink', ...measured.map(({ more_mb }) => rounded(more_mb))],
    ],
  )
}

async function measuredWith(count: number): Promise<Measured> {
  const network = await ownNetwork('many', String(count))
  try {
    const [program, words] = network.command(process.execPath, join(import.meta.dirname, 'sockets-measured.ts'), rounds)
    return JSON.parse(execFileSync(program, words, { encoding: 'utf8', env: plainEnvironment() })) as Measured
  } finally {
    await network.close()
  }
}

function cell({ costs }: Measured, name: string, baseline: string | undefined): string {
  const { cpu, wall } = costs[name] ?? { cpu: Number.NaN, wall: Number.NaN }
  const times = `${rounded(cpu, 2)} / ${rounded(wall, 2)}`
  const base = baseline === undefined ? undefined : costs[baseline]?.cpu
  return base === undefined ? times : `${times} (${rounded(cpu / base, 3)})`
}
