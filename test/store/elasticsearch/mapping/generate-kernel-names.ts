// Writes src/store/elasticsearch/mapping/kernel-names.json from the golden documents of the fixture hosts: the names that
// kernels give and any host may have. Run it after changing a source: `npx node` with the path of this file. A test fails while
// the file is out of date.
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { declaredFields } from '../../../../src/commands/declared-fields.ts'
import type { Document } from '../../../../src/snapshot/document.ts'
import { fieldTypesOf } from '../../../../src/store/elasticsearch/mapping/field-types.ts'

export const kernelNamesPath = join(
  import.meta.dirname,
  '../../../../src/store/elasticsearch/mapping/kernel-names.json',
)
const golden = join(import.meta.dirname, '../../../golden')

/** Families with names of devices, services and the like, of which each host has its own. */
const ofDevices = /^(?:block|cgroup|config|diskstats|interface|labels|mounts|netdev|numa|process)(?:_rate)?\./
/** Those that most hosts have. */
const usual =
  /^\w+\.(?:total|other|sda|vda|nvme0n1|eth0|lo|system|user|init|node0|fstab|group|ntp|passwd|resolv|sshd)\./
const otherNode = /\.node[1-9]\d*\./

/** The JSON text: per type and family the names without its beginning. */
export function kernelNames(): string {
  const { families, isOfFamily } = fieldTypesOf(declaredFields)
  const types = new Map<string, string>()
  for (const [name, value] of observedFields()) {
    const family = families.find(({ prefix }) => name.startsWith(prefix))
    const isOwn = (ofDevices.test(name) && !usual.test(name)) || otherNode.test(name)
    if (!family || !isOfFamily(name) || isOwn || types.has(name)) continue
    types.set(name, family.type ?? dynamicType(value))
    const rate = rateOf(name)
    if (rate !== undefined) types.set(rate, 'double')
  }
  const sorted = [...types].sort(([one], [other]) => (one < other ? -1 : 1))
  const rows = Map.groupBy(sorted, ([name]) => families.find(({ prefix }) => name.startsWith(prefix))?.prefix ?? '')
  const lines = Array.from(rows, ([prefix, row]) => {
    const byType = Map.groupBy(row, ([, type]) => type)
    const names = Array.from(byType, ([type, all]) => [type, all.map(([name]) => name.slice(prefix.length))] as const)
    return `  ${JSON.stringify(prefix)}: ${JSON.stringify(Object.fromEntries(names))}`
  })
  return `{\n${lines.join(',\n')}\n}\n`
}

function* observedFields(): Generator<[string, unknown]> {
  // the host named `broken` has names that no kernel gives
  const files = globSync('*.ndjson', { cwd: golden }).filter((file) => basename(file) !== 'broken.ndjson')
  for (const file of files.sort())
    for (const line of readFileSync(join(golden, file), 'utf8').trim().split('\n'))
      yield* Object.entries(JSON.parse(line) as Document)
}

/** What the dynamic mapping of a family for numbers and texts would choose. */
function dynamicType(value: unknown): string {
  const first = Array.isArray(value) ? value[0] : value
  if (typeof first === 'boolean') return 'boolean'
  if (typeof first === 'number') return Number.isInteger(first) ? 'long' : 'double'
  return 'keyword'
}

/** The golden documents are of a first pass, which has no rates. */
function rateOf(name: string): string | undefined {
  const [family = ''] = name.split('.', 1)
  const rates = declaredFields.some((field) => field.name === `${family}_rate.*`)
  const counter = declaredFields.find((field) => field.name === `${family}.*`)?.counter
  const isCounter = counter === true || counter?.test(name) === true
  return rates && isCounter && !name.startsWith('stat.cpu.') ? name.replace('.', '_rate.') : undefined
}

if (import.meta.main) writeFileSync(kernelNamesPath, kernelNames())
