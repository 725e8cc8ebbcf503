// Runs sources over the fixture hosts, and over trees that a test makes.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import { Root } from '../../src/host/root.ts'
import type { Observation } from '../../src/snapshot/observation.ts'
import type { Collect, Pass } from '../../src/sources/source.ts'

const hosts = join(import.meta.dirname, '../fixtures/hosts')

export const fixtureHosts = [
  'centos6-2.6.32',
  'centos7-3.10',
  'ubuntu1604-4.4',
  'numa8-4.15',
  'alpine316-5.15',
  'debian12-6.1',
  'broken',
] as const

export function fixtureRoot(name: (typeof fixtureHosts)[number]): Root {
  return new Root(join(hosts, name))
}

/** What one pass of a reader yields, at the time 1000. */
export function observe(collect: Collect, root: Root, changes: Partial<Pass> = {}): Promise<Observation[]> {
  const pass: Pass = { root, now: () => 1000, signal: new AbortController().signal, ...changes }
  return Array.fromAsync(collect(pass))
}

/** The only observation of one pass of a fresh or given reader. */
export async function observeOne(collect: Collect, root: Root, changes: Partial<Pass> = {}): Promise<Observation> {
  const [first, ...more] = await observe(collect, root, changes)
  if (first === undefined || more.length > 0) throw new Error(`${more.length + (first ? 1 : 0)} observations, not one`)
  return first
}

/** A folder with such files, gone after the tests of the file. */
export function treeOf(files: Readonly<Record<string, string | Buffer>> = {}): string {
  const base = mkdtempSync(join(tmpdir(), 'mitra-tree-'))
  after(() => rmSync(base, { recursive: true, force: true }))
  for (const [path, text] of Object.entries(files)) putFile(base, path, text)
  return base
}

export function putFile(base: string, path: string, text: string | Buffer): void {
  mkdirSync(dirname(join(base, path)), { recursive: true })
  writeFileSync(join(base, path), text)
}
