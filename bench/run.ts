// `npm run bench [-- NAME …]`: runs the benchmarks named, or all, and prints their tables. docs/benchmarks.md keeps results.
import { cpus, release, totalmem } from 'node:os'

const benches: Record<string, () => Promise<{ run(): Promise<void> }>> = {
  'start-up': () => import('./start-up.ts'),
  cycle: () => import('./cycle.ts'),
  sockets: () => import('./sockets.ts'),
  store: () => import('./store.ts'),
  explorer: () => import('./explorer.ts'),
  bulk: () => import('./bulk.ts'),
  elasticsearch: () => import('./elasticsearch.ts'),
}

const asked = process.argv.slice(2)
const unknown = asked.find((name) => !Object.hasOwn(benches, name))
if (unknown !== undefined) {
  process.stderr.write(`no benchmark "${unknown}": there are ${Object.keys(benches).join(', ')}\n`)
  process.exit(2)
}
const gigabytes = Math.round(totalmem() / 2 ** 30)
console.log(`Node ${process.versions.node}, Linux ${release()}, ${cpus().length} processors, ${gigabytes} GB\n`)
for (const name of asked.length > 0 ? asked : Object.keys(benches)) await (await benches[name]?.())?.run()
