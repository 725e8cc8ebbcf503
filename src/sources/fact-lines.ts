// Facts as text, one a line under the name of its field: what is stored of sources that have no text of their own, and searched.
import type { Fields, FieldValue } from '../snapshot/document.ts'
import type { Field } from '../snapshot/field.ts'

const mostLines = 5000

/** Several values of one fact have a line each. */
export function factLines(facts: Fields): string {
  const lines = Object.entries(facts).flatMap(([name, value]) => [value].flat().map((one) => `${name} ${one}\n`))
  return lines.join('')
}

/** Reads such lines again; names that are not declared are left out. A family takes any name of word characters below it. */
export function factParser(fields: readonly Field[]): (content: string) => Fields {
  const types = new Map(fields.map(({ name, type }) => [name, type]))
  const families = fields.filter(({ name }) => name.endsWith('.*'))
  const typeOf = (name: string) =>
    types.get(name) ?? families.find((family) => name.startsWith(family.name.slice(0, -1)))?.type
  return (content) => {
    const facts: Record<string, FieldValue> = {}
    for (const line of content.split('\n', mostLines)) {
      const [, name = '', text = ''] = /^([a-z]\w*(?:\.\w+)*) (\S.*)$/.exec(line.trimEnd()) ?? []
      const value = typedFact(typeOf(name), text)
      if (value === undefined) continue
      const before = facts[name]
      facts[name] = before === undefined ? value : [before, value].flat()
    }
    return facts
  }
}

function typedFact(type: Field['type'] | undefined, text: string): string | number | boolean | undefined {
  if (type === undefined) return undefined
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined
  if (type !== 'long' && type !== 'double') return text
  const number = Number(text)
  return Number.isFinite(number) && Math.abs(number) < 2 ** 63 ? number : undefined
}
