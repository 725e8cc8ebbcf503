// What a steady cycle of the default sources costs, beside an idle Node, a script that only reads the same files, and
// node_exporter with the collectors that come nearest (where it is installed). Each in a process of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { settingsOfThisMachine } from './fleet.ts'
import { hasProgram, plainEnvironment, rounded, table } from './measure.ts'
import { packedMitra } from './packed.ts'

/** What a measured process says at its end. */
interface Cost {
  cpu_ms: number
  rss_mb: number
  /** Resident memory after a tenth of the cycles, and at the end. */
  rss_early_mb?: number
  loop_p99_ms?: number
  loop_max_ms?: number
  cycles: number
}

const cycles = Number(process.env['MITRA_BENCH_CYCLES'] ?? 2000)

export async function run(): Promise<void> {
  const rows: (string | number)[][] = []
  const add = (name: string, { cpu_ms, rss_mb, rss_early_mb, loop_p99_ms, loop_max_ms, cycles: counted }: Cost) => {
    const cell = (value: number | undefined) => (value === undefined ? '-' : rounded(value))
    rows.push([name, counted, cell(cpu_ms), cell(rss_early_mb), cell(rss_mb), cell(loop_p99_ms), cell(loop_max_ms)])
  }
  add('idle Node', await measured('idle', 20))
  add('bare reader of the same files', await measured('reader', Math.min(cycles, 300)))
  // before and after the agent: machines drift
  const others = hasProgram('prometheus-node-exporter') ? [await nodeExporter(100)] : []
  add('mitra agent, default sources', await measured('agent', cycles))
  if (others.length > 0) others.push(await nodeExporter(100))
  for (const other of others) add('node_exporter, nearest collectors', other)
  console.log('## A steady cycle\n')
  table(
    ['process', 'cycles', 'CPU ms a cycle', 'RSS MB early', 'RSS MB at the end', 'loop delay p99 ms', 'max ms'],
    rows,
  )
}

async function measured(what: string, count: number): Promise<Cost> {
  const folder = mkdtempSync(join(tmpdir(), 'mitra-bench-'))
  const program = join(packedMitra(folder), '../..')
  // as bin/mitra.js starts an agent
  const lean =
    what === 'agent' ? ['--max-semi-space-size=1', '--optimize-for-size', '--max-opt=1', '--v8-pool-size=0'] : []
  const child = spawn(
    process.execPath,
    [...lean, join(import.meta.dirname, 'steady.js'), what, String(count), folder, program],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...plainEnvironment(), ...(what === 'agent' && { MALLOC_ARENA_MAX: '1', UV_THREADPOOL_SIZE: '2' }) },
    },
  )
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  await once(child, 'close')
  rmSync(folder, { recursive: true })
  return JSON.parse(line) as Cost
}

/** Scraped as Prometheus would; its CPU time is the kernel's own count. */
async function nodeExporter(scrapes: number): Promise<Cost> {
  const address = '127.0.0.1:19100'
  const names =
    'meminfo meminfo_numa vmstat zoneinfo buddyinfo loadavg netstat uname os stat cpu sysctl diskstats pressure softnet ' +
    'sockstat tcpstat netdev netclass conntrack filesystem cgroups processes timex entropy filefd'
  const all = '.*'
  const child = spawn(
    'prometheus-node-exporter',
    [
      `--web.listen-address=${address}`,
      '--collector.disable-defaults',
      ...names.split(' ').map((name) => `--collector.${name}`),
      `--collector.netstat.fields=${all}`,
      `--collector.vmstat.fields=${all}`,
      ...(await sysctlFlags()),
    ],
    { stdio: 'ignore' },
  )
  try {
    for (let attempt = 0; attempt < 50 && !(await fetch(`http://${address}/metrics`).catch(() => undefined)); attempt++)
      await sleep(100)
    const before = cpuOf(child)
    for (let scrape = 0; scrape < scrapes; scrape++) await (await fetch(`http://${address}/metrics`)).text()
    return { cpu_ms: (cpuOf(child) - before) / scrapes, rss_mb: rssOf(child), cycles: scrapes }
  } finally {
    child.kill()
    await once(child, 'close')
  }
}

/** node_exporter takes the sysctls one by one: every one of this machine that is a number (it gives up at one beyond 64 bits). */
async function sysctlFlags(): Promise<string[]> {
  const text = await settingsOfThisMachine()
  return [...text.matchAll(/^([\w.-]+) = \d{1,15}$/gm)].map(([, name]) => `--collector.sysctl.include=${name}`)
}

function cpuOf({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

function rssOf({ pid }: ChildProcess): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1000
}
