// The common shape of the small tables of /proc: read whole every pass, stored as the kernel printed them.
import type { Fields, Kind } from '../snapshot/document.ts'
import type { Field } from '../snapshot/field.ts'
import { failedObservation } from './failed-observation.ts'
import { type Counters, type Rates, rateMeter } from './rates.ts'
import type { Collect, Pass, SourceDefinition } from './source.ts'

interface KernelTable {
  name: string
  path: string
  summary: string
  fields: readonly Field[]
  /** Metric when absent. */
  kind?: Kind
  /** The text, where it is not that of the file at `path`. */
  read?(pass: Pass): string | Promise<string>
  /** Files it is made of, where that is not the file at `path`. */
  reads?: readonly string[]
  parse(text: string): Fields
  /** What only two passes tell. */
  rates?: { counters(text: string, fields: Fields): Counters; fields(rates: Rates): Fields }
}

/** A source of one kernel table: its text is the content, its figures are the fields. */
export function kernelTable(table: KernelTable): SourceDefinition {
  const { name, path, summary, fields, kind = 'metric', reads, parse } = table
  const dataset = `mitra.${name}`
  return {
    name,
    summary,
    kind,
    enabledByDefault: true,
    paths: [path],
    ...(reads && { reads }),
    fields,
    formats: [{ dataset, kind, matches: (candidate) => candidate === path, fields: parse }],
    create: () => collectTable(table, dataset),
  }
}

function collectTable({ path, kind = 'metric', read, parse, rates }: KernelTable, dataset: string): Collect {
  const ratesSince = rates && rateMeter()
  return async function* (pass) {
    const about = { path, dataset, kind, at: pass.now() } as const
    let content: string
    try {
      content = await (read?.(pass) ?? pass.root.readKernelText(path))
    } catch (error) {
      yield failedObservation(about, error)
      return
    }
    const fields = parse(content)
    if (rates && ratesSince) Object.assign(fields, rates.fields(ratesSince(pass, rates.counters(content, fields))))
    yield { ...about, content, fields }
  }
}
