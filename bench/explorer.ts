// The explorer over an embedded store with a simulated fleet: how long each page takes and what it weighs, beside a file that the
// same server only hands out. MITRA_BENCH_HOSTS and MITRA_BENCH_DAYS change the size, MITRA_BENCH_STORE takes a store made before.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { dayName, fleetOptions, importedFleet } from './fleet-store.ts'
import { plainEnvironment, rounded, spreadOf, table } from './measure.ts'
import { packedMitra } from './packed.ts'

const { hosts, days } = fleetOptions
const first = dayName(0)
const last = dayName(days - 1)
const middle = dayName(Math.floor(days / 2))
const host = 'web0001.example.net'
const rounds = Number(process.env['MITRA_BENCH_ROUNDS'] ?? 15)

/** What nothing is asked for: the time of a request by itself. */
const baseline = '/static/icon.svg'

const pages: readonly [shows: string, address: string][] = [
  ['a file as it is', baseline],
  ['a page that asks nothing', '/search'],
  ['the first page', '/'],
  ['hosts', '/hosts'],
  ['hosts with somaxconn 128', '/hosts?q=sysctl.net.core.somaxconn:128'],
  ['hosts without a package', '/hosts?without=package.name:a-package-0'],
  ['the same on a past day', `/hosts?without=package.name:a-package-0&when=day&day=${middle}`],
  ['search with facets', '/search?q=somaxconn'],
  ['search for everything', '/search?q=*:*'],
  ['search on a past day', `/search?q=somaxconn&when=day&day=${middle}`],
  ['a host, all days', `/host/${host}?from=${first}&to=${last}`],
  ['its charts', `/charts/${host}.json?from=${first}&to=${last}`],
  ['a file', `/file/${host}?path=/etc/hosts`],
  ['changes of a day', `/log?from=${last}&to=${last}`],
  ['changes of all days but the first', `/log?from=${dayName(1)}&to=${last}`],
  ['values of a setting', '/values?field=sysctl.vm.swappiness'],
  ['values of a counter', '/values?field=meminfo.MemFree'],
  ['packages and versions', '/values?field=package.name_version'],
  ['drift of settings', '/drift'],
  ['drift of one setting', '/drift?what=sysctl.net.core.somaxconn'],
  ['drift of one file', '/drift?what=/etc/fstab'],
  ['drift of files', '/drift?of=files'],
  ['drift of packages', '/drift?of=packages'],
  ['configured, in effect', '/drift?of=effective'],
  ['a host at two moments', `/compare?host=${host}&at=${middle}+${last}&from=${first}&to=${last}`],
  ['completion of a field', '/complete.json?q=sysctl.net'],
  ['completion of a value', '/complete.json?q=sysctl.vm.swappiness:'],
]

export async function run(): Promise<void> {
  const folder = mkdtempSync(join(process.env['MITRA_BENCH_FOLDER'] ?? tmpdir(), 'mitra-explorer-'))
  try {
    const given = process.env['MITRA_BENCH_STORE']
    const { mitra, path } = given ? { mitra: packedMitra(folder), path: given } : await importedFleet(folder)
    console.log(`## The explorer: ${hosts} hosts x 30 documents x ${days} days\n`)
    const server = spawn(process.execPath, [mitra, 'explore', '--store', path, '--port', '0'], {
      env: plainEnvironment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      await measure(await addressOf(server))
    } finally {
      server.kill()
      await once(server, 'exit')
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function addressOf({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('the explorer has no output')
  for await (const line of createInterface({ input: stdout })) return line.replace(/\/$/, '')
  throw new Error('the explorer ended before it told its address')
}

/** Pages in turn, round after round, so that drift of the machine meets all of them alike. */
async function measure(origin: string): Promise<void> {
  const samples = pages.map((): number[] => [])
  const sizes = pages.map(() => 0)
  for (let round = 0; round <= rounds; round++) {
    for (const [index, [, address]] of pages.entries()) {
      const started = performance.now()
      sizes[index] = (await fetched(origin, address)).byteLength
      if (round > 0) samples[index]?.push(performance.now() - started)
    }
  }
  const spreads = samples.map(spreadOf)
  const [bare] = spreads
  table(
    ['page', 'address', 'p50 ms', 'p95 ms', 'kB', 'x a file'],
    pages.map(([shows, address], index) => {
      const { p50, p95 } = spreads[index] ?? { p50: Number.NaN, p95: Number.NaN }
      const times = rounded(p50 / (bare?.p50 ?? Number.NaN), 0)
      return [shows, `\`${address}\``, rounded(p50), rounded(p95), rounded((sizes[index] ?? 0) / 1000), times]
    }),
  )
  const loaded = await firstPage(origin)
  console.log(`The first page with the ${loaded.files} files it loads: ${rounded(loaded.bytes / 1000)} kB\n`)
}

/** The first page, and the styles, scripts and pictures it names. */
async function firstPage(origin: string): Promise<{ bytes: number; files: number }> {
  const page = await fetched(origin, '/')
  const named = Array.from(page.toString('utf8').matchAll(/(?:src|href)="(\/static\/[^"]+)"/g), ([, at]) => at ?? '')
  const files = await Promise.all([...new Set(named)].map((at) => fetched(origin, at)))
  return { bytes: [page, ...files].reduce((sum, { byteLength }) => sum + byteLength, 0), files: files.length }
}

async function fetched(origin: string, address: string): Promise<Buffer> {
  const response = await fetch(origin + address)
  const body = Buffer.from(await response.arrayBuffer())
  if (!response.ok) throw new Error(`${address}: ${response.status} ${body.toString('utf8').slice(0, 200)}`)
  return body
}
