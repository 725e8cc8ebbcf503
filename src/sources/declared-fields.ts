// The fields of all sources without the sources. The table is made from their declarations by docs/generate-sources.ts.
import type { Field } from '../snapshot/field.ts'
import table from './declared-fields.json' with { type: 'json' }

/** A field as JSON can hold it: a pattern as its text. */
type Row = Omit<Field, 'counter'> & { counter?: true | string }

/** Every field that a source declares, then those of configured commands. */
export const fieldsOfTable: readonly Field[] = (table as Row[]).map(({ counter, ...field }) =>
  counter === undefined ? field : { ...field, counter: counter === true ? true : new RegExp(counter) },
)

/** The table of these fields. */
export function tableOf(fields: readonly Field[]): string {
  const rows = fields.map(
    ({ counter, ...field }): Row =>
      counter === undefined ? field : { ...field, counter: counter === true ? true : counter.source },
  )
  return `[\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`
}
