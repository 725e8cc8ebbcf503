// One measured process of the cycle benchmark: `idle`, `reader` or `agent`, so many cycles, then its cost as JSON. Plain
// JavaScript that runs the built program: stripping types would cost memory that no installed agent spends.
import { closeSync, globSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'

const [what = '', count = '0', folder = '', program = ''] = process.argv.slice(2)
const cycles = Number(count)
const periodMs = 100

async function steady(cycle) {
  for (let warm = 0; warm < 5; warm++) await cycle()
  await measure(async (onCycle) => {
    for (let number = 0; number < cycles; number++) {
      await sleep(periodMs)
      await cycle()
      onCycle()
    }
  })
}

async function measure(work) {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const before = process.cpuUsage()
  let early = 0
  let done = 0
  await work(() => {
    if (++done === Math.ceil(cycles / 10)) early = process.memoryUsage.rss() / 1e6
  })
  const { user, system } = process.cpuUsage(before)
  delay.disable()
  console.log(
    JSON.stringify({
      cycles: done,
      cpu_ms: (user + system) / 1000 / done,
      rss_early_mb: early,
      rss_mb: process.memoryUsage.rss() / 1e6,
      loop_p99_ms: delay.percentile(99) / 1e6,
      loop_max_ms: delay.max / 1e6,
    }),
  )
}

function readAll(paths, buffer) {
  for (const path of paths) {
    try {
      const descriptor = openSync(path, 'r')
      try {
        while (readSync(descriptor, buffer, 0, buffer.length, null) > 0);
      } finally {
        closeSync(descriptor)
      }
    } catch {
      // about a dozen entries cannot be read: a matter of course
    }
  }
}

async function agent() {
  const [{ runAgent }, { agentPlan }, { loadConfiguration }, { sources }, { openStore }] = await Promise.all([
    import(join(program, 'dist/agent/agent.js')),
    import(join(program, 'dist/config/agent-plan.js')),
    import(join(program, 'dist/config/load.js')),
    import(join(program, 'dist/sources/index.js')),
    import(join(program, 'dist/store/open.js')),
  ])
  const configuration = await loadConfiguration({ env: { HOME: folder }, sources })
  const settings = { ...agentPlan(configuration, sources), frequency: { seconds: periodMs / 1000 }, watch: false }
  const store = await openStore({ driver: 'embedded', path: join(folder, 'mitra.db') }, { mustExist: false })
  const stop = new AbortController()
  const { createLog } = await import(join(program, 'dist/log.js'))
  let onCycle = () => {}
  const own = createLog(configuration.log)
  const log = { ...own, debug: (message) => void (message === 'cycle' && onCycle()) }
  const running = runAgent({ settings, store, log, signal: stop.signal })
  await sleep(2000)
  await measure(
    (counted) =>
      new Promise((resolve) => {
        let done = 0
        onCycle = () => {
          counted()
          if (++done === cycles) resolve()
        }
      }),
  )
  stop.abort()
  await running
  await store.close()
}

if (what === 'agent') await agent()
else if (what === 'reader') {
  const buffer = Buffer.allocUnsafe(64 * 1024)
  const skipped = /\/(stat_refresh|[^/]*_key|stable_secret)$/
  const paths = globSync('/proc/sys/**', { withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))
  const tables = [
    'meminfo',
    'zoneinfo',
    'buddyinfo',
    'vmstat',
    'loadavg',
    'net/netstat',
    'net/snmp',
    'net/snmp6',
    'uptime',
  ]
  const all = [...paths.filter((path) => !skipped.test(path)), ...tables.map((name) => `/proc/${name}`)]
  await steady(() => readAll(all, buffer))
} else await steady(() => {})
