// Tables of comma-separated values with a heading line: RFC 4180, with a semicolon or a tab where the heading has one instead.
import { append, type ConfigValues } from './config-values.ts'
import { typedValue } from './typed-value.ts'

/** The values of each column, by the name in the heading; an empty one is none. Throws where a quote does not close. */
export function parseCsvTable(text: string): ConfigValues {
  const values: ConfigValues = new Map()
  const [first = ''] = text.split('\n', 1)
  const separator = [',', ';', '\t'].find((each) => first.includes(each)) ?? ','
  let heading: readonly string[] | undefined
  for (const row of rowsOf(text, separator)) {
    if (heading === undefined) {
      heading = row.map((name, index) => name.trim() || `column${index + 1}`)
      continue
    }
    for (const [index, value] of row.entries())
      if (value !== '') append(values, heading[index] ?? `column${index + 1}`, typedValue(value))
  }
  return values
}

function* rowsOf(text: string, separator: string): Generator<string[]> {
  let row: string[] = []
  let at = text.startsWith('\ufeff') ? 1 : 0
  while (at < text.length) {
    let value: string
    if (text[at] === '"') {
      const end = closingQuote(text, at + 1)
      value = text.slice(at + 1, end).replaceAll('""', '"')
      at = end + 1
      // what follows the quote up to the separator belongs to the value
      const rest = endOfValue(text, at, separator)
      value += text.slice(at, rest).trimEnd()
      at = rest
    } else {
      const end = endOfValue(text, at, separator)
      value = text.slice(at, end).replace(/\r$/, '')
      at = end
    }
    row.push(value)
    if (text[at] === separator) {
      at++
      if (at < text.length) continue
      row.push('')
    } else at++
    if (row.length > 1 || row[0] !== '') yield row
    row = []
  }
}

function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 2)) if (text[at + 1] !== '"') return at
  throw new Error('a quote that does not close')
}

function endOfValue(text: string, from: number, separator: string): number {
  let at = from
  while (at < text.length && text[at] !== separator && text[at] !== '\n') at++
  return at
}
