// What JSON, YAML and TOML hold, flat: keys of nested mappings joined by dots, the values of lists side by side.
import { append, type ConfigValues } from './config-values.ts'

const deepest = 32
/** Beyond it a document is a database, not settings. */
const mostNodes = 100_000

/** The scalars of a tree by their keys; a scalar alone has the key `value`. Throws where it is too deep or too large. */
export function nestedValues(tree: unknown): ConfigValues {
  const values: ConfigValues = new Map()
  let nodes = 0
  const take = (node: unknown, key: string, depth: number): void => {
    if (depth > deepest) throw new Error(`nested deeper than ${deepest}`)
    if (++nodes > mostNodes) throw new Error(`more than ${mostNodes} values`)
    if (Array.isArray(node)) for (const element of node) take(element, key, depth + 1)
    else if (node instanceof Date) append(values, key || 'value', dateText(node))
    else if (typeof node === 'object' && node !== null)
      // a dot in a key is a dot of the name: both say where it is
      for (const [name, child] of Object.entries(node)) take(child, key === '' ? name : `${key}.${name}`, depth + 1)
    else if (typeof node === 'bigint') append(values, key || 'value', String(node))
    else if (typeof node === 'number') append(values, key || 'value', isStorable(node) ? node : String(node))
    else if (typeof node === 'string' || typeof node === 'boolean') append(values, key || 'value', node)
  }
  take(tree, '', 0)
  return values
}

/** Stores keep numbers up to 64 bits; beyond it, as NaN and infinity are, a number is a text. */
function isStorable(number: number): boolean {
  return Math.abs(number) < 2 ** 63
}

/** Dates of TOML know their own form; one that is none writes as a text all the same. */
function dateText(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'invalid date' : date.toISOString()
}
