// What a fixture host gives to those that are like it, read by mitra's own sources.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Root } from '../../src/host/root.ts'
import type { Fields } from '../../src/snapshot/document.ts'
import type { Observation } from '../../src/snapshot/observation.ts'
import { host } from '../../src/sources/host.ts'
import type { SourceDefinition } from '../../src/sources/source.ts'
import { sysctl } from '../../src/sources/sysctl.ts'
import { type KernelTable, kernelTable, tablePaths } from './kernel-table.ts'

export interface Fixture {
  facts: Fields
  /** Effective settings, as `sysctl -a` prints them, by name. */
  settings: Map<string, string>
  /** Text of `/proc/sys counters`. */
  counters: string
  tables: Map<string, KernelTable>
  file(path: string): string | undefined
}

const hosts = join(import.meta.dirname, '../fixtures/hosts')

export async function readFixture(name: string): Promise<Fixture> {
  const folder = join(hosts, name)
  const root = new Root(folder)
  const file = (path: string) => readIfAny(join(folder, path))
  const [about] = await observe(host, root)
  const [settings, counters] = await observe(sysctl, root)
  const tables = tablePaths.flatMap((path) => {
    const text = file(path)
    return text === undefined ? [] : [[path, kernelTable(path, text)] as const]
  })
  return {
    facts: about?.fields ?? {},
    settings: new Map(settings?.content?.trimEnd().split('\n').map(setting)),
    counters: counters?.content ?? '',
    tables: new Map(tables),
    file,
  }
}

function observe(source: SourceDefinition, root: Root): Promise<Observation[]> {
  return Array.fromAsync(source.create()({ root, now: () => 0, signal: new AbortController().signal }))
}

function setting(line: string): [string, string] {
  const [key = '', ...value] = line.split(' = ')
  return [key, value.join(' = ')]
}

function readIfAny(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
