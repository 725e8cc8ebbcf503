#!/usr/bin/env node
// Starts mitra: the sources in a clone, the built program in an installed package. Plain JavaScript: it runs on any Node.
import { existsSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `mitra needs Node 22.18 or newer, this is ${process.versions.node}: in a clone, \`npx mitra\` runs the right one\n`,
  )
  process.exit(2)
}
const source = new URL('../src/cli.ts', import.meta.url)
// Types are stripped once and not at every start (45 ms of it). In the clone itself: a shared folder could be written by others.
if (existsSync(source)) enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/mitra', import.meta.url)))
const { main } = await import(existsSync(source) ? source.href : new URL('../dist/cli.js', import.meta.url).href)
process.exitCode = await main(process.argv.slice(2))
