// Names with whole values, `sysctl.net.ipv4.tcp_rmem=[4096,131072,6291456]`, in one column of the index: who differs in what is
// counted from it at once, where a field for each setting would be a thousand questions, and keeps no order of numbers. The column
// is made here from the document and not kept in `_source`.
import type { Document, FieldValue } from '../../../snapshot/document.ts'
import type { FieldTypes } from './field-types.ts'

/** The field that holds them. */
export const pairsField = 'pairs'

// Lucene takes 32,766 bytes at most, and one character may be four of them
const longestPair = 8000

/**
 * Of a state, every field of the families whose values are numbers or texts as the host has them; nothing of a document with one
 * that no pair can hold. What a document without pairs has is to be read from it.
 */
export function pairsOf(document: Document, types: FieldTypes): string[] {
  if (document['event.kind'] === 'metric') return []
  const pairs: string[] = []
  for (const [name, value] of Object.entries(document)) {
    if (value === undefined || !isPaired(name, types) || (typeof value === 'object' && value.length === 0)) continue
    const pair = pairOf(name, value)
    if (name.includes('=') || pair.length > longestPair || !pair.isWellFormed()) return []
    pairs.push(pair)
  }
  return pairs
}

/** Whether states have a field in pairs; for a family named by its beginning, each field of it. */
export function isPaired(name: string, { families }: FieldTypes): boolean {
  return families.some(({ prefix, type }) => type === undefined && name.startsWith(prefix))
}

export function pairOf(name: string, value: FieldValue): string {
  return `${name}=${JSON.stringify(value)}`
}

/** The name and the value of a pair. */
export function pairRead(pair: string): { name: string; value: FieldValue } {
  const end = pair.indexOf('=')
  return { name: pair.slice(0, end), value: JSON.parse(pair.slice(end + 1)) as FieldValue }
}
