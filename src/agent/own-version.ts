// Which mitra this is.
import { readFileSync } from 'node:fs'

/** The version in the package.json of this very program. */
export function ownVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return String((manifest as { version: unknown }).version)
}
