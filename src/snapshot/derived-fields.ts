// What follows from a document's path and text alone, whoever made it: the agent or an import.
import { hash } from 'node:crypto'
import { posix } from 'node:path'
import type { Fields } from './document.ts'

/** `file.name`, `.directory`, `.extension` of a file path (not of `netstat -s` and the like), `file.size` and hash of a text. */
export function derivedFields(path: string, content: string | undefined): Fields {
  const fields: Fields = {}
  if (path.startsWith('/')) {
    fields['file.name'] = posix.basename(path)
    fields['file.directory'] = posix.dirname(path)
    const extension = posix.extname(path).slice(1)
    if (extension !== '') fields['file.extension'] = extension
  }
  if (content === undefined) return fields
  fields['file.size'] = Buffer.byteLength(content)
  fields['file.hash.sha256'] = hash('sha256', content)
  return fields
}
