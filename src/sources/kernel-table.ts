// The common shape of the small tables of /proc: read whole every pass, stored as the kernel printed them.
import type { Fields } from '../snapshot/document.ts'
import type { Field } from '../snapshot/field.ts'
import { failedObservation } from './failed-observation.ts'
import type { Collect, SourceDefinition } from './source.ts'

interface KernelTable {
  name: string
  path: string
  summary: string
  fields: readonly Field[]
  parse(text: string): Fields
}

/** A source of one kernel table: its text is the content, its figures are the fields, every observation is kept. */
export function kernelTable({ name, path, summary, fields, parse }: KernelTable): SourceDefinition {
  const dataset = `mitra.${name}`
  const collect: Collect = async function* ({ root, now }) {
    const about = { path, dataset, kind: 'metric', at: now() } as const
    let content: string
    try {
      content = root.readKernelText(path)
    } catch (error) {
      yield failedObservation(about, error)
      return
    }
    yield { ...about, content, fields: parse(content) }
  }
  return {
    name,
    summary,
    kind: 'metric',
    enabledByDefault: true,
    paths: [path],
    fields,
    formats: [{ dataset, kind: 'metric', matches: (candidate) => candidate === path, fields: parse }],
    create: () => collect,
  }
}
