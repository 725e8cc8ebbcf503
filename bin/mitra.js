#!/usr/bin/env node
// Starts mitra: the sources in a clone, the built program in an installed package. Plain JavaScript: it runs on any Node,
// if only to say which one is needed.
import { existsSync } from 'node:fs'
import nodeModule from 'node:module'
import { fileURLToPath } from 'node:url'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `mitra needs Node 22.18 or newer, this is ${process.versions.node}: in a clone, \`npx mitra\` runs the right one\n`,
  )
  process.exit(2)
}

// An agent lives long and should be small: the same process begins anew with a small heap (158 -> 78 MB after 200 cycles;
// see docs/benchmarks.md).
const isAgent = process.argv[2] === 'agent' || process.argv[2] === 'start'
// Node closes descriptors that a service manager left to it when it begins anew: the socket for netlink would be gone.
const hasDescriptors = process.env.LISTEN_PID === String(process.pid)
if (isAgent && !hasDescriptors && process.execve && !process.execArgv.includes('--optimize-for-size')) {
  const lean = [
    '--max-semi-space-size=1',
    '--optimize-for-size',
    '--max-opt=1',
    '--v8-pool-size=0',
    '--disable-warning=ExperimentalWarning',
  ]
  const environment = { MALLOC_ARENA_MAX: '1', UV_THREADPOOL_SIZE: '2', ...process.env }
  process.execve(
    process.execPath,
    [process.execPath, ...process.execArgv, ...lean, ...process.argv.slice(1)],
    environment,
  )
}

const source = new URL('../src/cli.ts', import.meta.url)
// Types are stripped once and not at every start (45 ms of it). In the clone itself: a shared folder could be written by others.
if (existsSync(source)) {
  nodeModule.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/mitra', import.meta.url)))
}
const { main } = await import(existsSync(source) ? source.href : new URL('../dist/cli.js', import.meta.url).href)
process.exitCode = await main(process.argv.slice(2))
