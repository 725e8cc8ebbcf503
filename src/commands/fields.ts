// `mitra fields`: what can be asked for.
import { coreFields } from '../snapshot/core-fields.ts'
import type { FieldRow } from '../store/store.ts'
import { defineCommand } from './command.ts'
import { withStore } from './configured.ts'
import { declaredField } from './declared-fields.ts'
import { globMatcher } from './glob.ts'
import { type Column, chosenColumns, limitOf, sayLimit, writeList } from './listing.ts'
import { listOptions, outputOptions, storeOptions } from './options.ts'

interface KnownField {
  name: string
  type: string
  unit: string | undefined
  paths: readonly string[]
  summary: string | undefined
}

const columns: readonly Column<KnownField>[] = [
  { name: 'name', kind: 'text', value: (row) => row.name, style: 'bold' },
  { name: 'type', kind: 'text', value: (row) => row.type },
  { name: 'unit', kind: 'text', value: (row) => row.unit },
  { name: 'paths', kind: 'text', value: (row) => row.paths, style: 'dim' },
  { name: 'summary', kind: 'text', value: (row) => row.summary },
]

export const fields = defineCommand({
  description:
    'Lists the fields of the newest documents with their type, up to three paths they are found at, and what they mean where that is known. ' +
    'PATTERN is a part of the name, or with `*` and `?` a pattern for the whole of it.',
  arguments: { pattern: { completes: 'field', summary: 'Which fields.' } },
  options: { ...listOptions, ...outputOptions, ...storeOptions },
  examples: [
    { asks: 'Everything about swapping', line: 'mitra fields swap' },
    { asks: 'All of one family', line: "mitra fields 'sysctl.net.core.*' --limit 0" },
  ],
  async run(input, io) {
    const { options } = input
    const matches = matcherOf(input.arguments.pattern ?? '')
    const shownColumns = chosenColumns(columns, options)
    return withStore(options, io, 'read', async (store) => {
      const known = knownFields(await store.fields())
      const found = known.filter(({ name }) => matches(name))
      const shown = await writeList(found.slice(0, limitOf(options, io) ?? found.length), shownColumns, options, io)
      await sayLimit(shown, found.length, options, io)
      return found.length > 0 ? 0 : 1
    })
  },
})

/** What the store has, with what was declared about it; and the core fields that every document has. */
function knownFields(stored: readonly FieldRow[]): KnownField[] {
  const rows = new Map<string, { name: string; type: string; paths: readonly string[] }>()
  for (const { name, type } of coreFields) if (!name.endsWith('*')) rows.set(name, { name, type, paths: [] })
  for (const row of stored) rows.set(row.name, row)
  return [...rows.values()]
    .map(({ name, type, paths }) => {
      const field = declaredField(name)
      // a family says only what its members have in common
      const known = field?.name === name ? field.type : type
      return { name, type: known, unit: field?.unit, paths, summary: field?.summary }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function matcherOf(pattern: string): (name: string) => boolean {
  if (!/[*?]/.test(pattern)) return (name) => name.toLowerCase().includes(pattern.toLowerCase())
  return globMatcher(pattern)
}
