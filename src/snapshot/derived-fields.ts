// What follows from a document's path and text alone, whoever made it: the agent or an import.
import { hash } from 'node:crypto'
import { posix } from 'node:path'
import type { Fields } from './document.ts'

/** Name, directory and, where it has one, extension of a file path; nothing of `netstat -s` and the like. */
export function nameFields(path: string): Fields {
  if (!path.startsWith('/')) return {}
  const extension = posix.extname(path).slice(1)
  return {
    'file.name': posix.basename(path),
    'file.directory': posix.dirname(path),
    ...(extension === '' ? {} : { 'file.extension': extension }),
  }
}

/** The fields of a path's name, and `file.size` and hash of a text. */
export function derivedFields(path: string, content: string | undefined): Fields {
  const fields = nameFields(path)
  if (content === undefined) return fields
  fields['file.size'] = Buffer.byteLength(content)
  fields['file.hash.sha256'] = hash('sha256', content)
  return fields
}
