// The id of a document: what `printf '%s%s' "$host" "$path" | sha256sum` prints.
import { createHash } from 'node:crypto'

/** sha256 of host name and path, no separator, as 64 lower-case hexadecimal digits. */
export function snapshotId(host: string, path: string): string {
  return createHash('sha256').update(host).update(path).digest('hex')
}
