// A simulated fleet in an embedded store, imported by the packed program as a person would.
import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type FleetOptions, simulatedFleet } from './fleet.ts'
import { plainEnvironment, timed } from './measure.ts'
import { packedMitra } from './packed.ts'

export interface FleetStore {
  /** Entry of the packed program. */
  mitra: string
  /** The database file. */
  path: string
  documents: number
  /** Of all texts. */
  bytes: number
  importing_ms: number
  /** Of the database file, in bytes. */
  size: number
}

/** The size of the fleets of benchmarks; MITRA_BENCH_HOSTS and MITRA_BENCH_DAYS change it. */
export const fleetOptions: FleetOptions = {
  hosts: Number(process.env['MITRA_BENCH_HOSTS'] ?? 1000),
  days: Number(process.env['MITRA_BENCH_DAYS'] ?? 30),
  start: Date.UTC(2026, 9, 1),
}

/** The name of a day of the fleet, counted from its first. */
export function dayName(day: number): string {
  return new Date(fleetOptions.start + day * 86_400_000).toISOString().slice(0, 10)
}

/** Makes it below `folder`; `files`, below that too: a folder with each text as a file, by day, host and path. */
export async function importedFleet(folder: string, files?: string): Promise<FleetStore> {
  const ndjson = join(folder, 'fleet.ndjson')
  const { documents, bytes } = await writeFleet(ndjson, files)
  const mitra = packedMitra(folder)
  const path = join(folder, 'fleet.db')
  const importing_ms = await timed(() => {
    const { status, stderr } = spawnSync(process.execPath, [mitra, 'import', ndjson, '--store', path], {
      env: plainEnvironment(),
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`import failed: ${stderr}`)
  })
  rmSync(ndjson)
  return { mitra, path, documents, bytes, importing_ms, size: statSync(path).size }
}

async function writeFleet(ndjson: string, files: string | undefined): Promise<{ documents: number; bytes: number }> {
  const file = openSync(ndjson, 'w')
  let documents = 0
  let bytes = 0
  for await (const document of simulatedFleet(fleetOptions)) {
    documents++
    bytes += Buffer.byteLength(document.content)
    writeSync(file, `${JSON.stringify(document)}\n`)
    if (files === undefined) continue
    const target = join(files, document['@timestamp'].slice(0, 10), document['host.name'], document['file.path'])
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, document.content)
  }
  closeSync(file)
  return { documents, bytes }
}
