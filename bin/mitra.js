#!/usr/bin/env node
// Starts mitra: the built program in an installed package, the sources in a clone. Plain JavaScript: it runs on any Node.
import { existsSync } from 'node:fs'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `mitra needs Node 22.18 or newer, this is ${process.versions.node}: in a clone, \`npx mitra\` runs the right one\n`,
  )
  process.exit(2)
}
const built = new URL('../dist/cli.js', import.meta.url)
const { main } = await import(existsSync(built) ? built.href : new URL('../src/cli.ts', import.meta.url).href)
process.exitCode = await main(process.argv.slice(2))
