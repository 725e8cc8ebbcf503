// A small document for the tests of stores.
import type { Document } from '../../src/snapshot/document.ts'

/** A document with what every document has; `at` is a time of day on 2026-11-18 unless it is a whole ISO time. */
export function documentOf(host: string, path: string, at: string, more: Partial<Document> = {}): Document {
  const time = at.includes('T') ? at : `2026-11-18T${at}:00.000Z`
  return {
    '@timestamp': time,
    'host.name': host,
    'file.path': path,
    'event.dataset': 'mitra.file',
    'event.kind': 'state',
    ...more,
  }
}
