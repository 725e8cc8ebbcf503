// What every document must have, whichever store it goes to.
import type { Document } from '../snapshot/document.ts'

/** Why a document can never be stored, or undefined when it can; `at` is its time in milliseconds. */
export function problemOf(document: Document, at: number): string | undefined {
  if (!Number.isFinite(at)) return `@timestamp is not a time: ${JSON.stringify(document['@timestamp'])}`
  if (typeof document['host.name'] !== 'string' || document['host.name'] === '') return 'host.name is missing'
  if (typeof document['file.path'] !== 'string' || document['file.path'] === '') return 'file.path is missing'
  if (document.content !== undefined && typeof document.content !== 'string') return 'content is not text'
  return undefined
}
