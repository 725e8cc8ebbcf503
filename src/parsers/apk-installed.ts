// /lib/apk/db/installed of apk-tools: stanzas of `letter:value` lines, P name, V version, A architecture (apk spec, installed database v2).
import { linesOf, type Package, packageOf } from './package.ts'

/** Installed packages in order of the file. */
export function* parseApkInstalled(text: string): Generator<Package> {
  let stanza: { P?: string; V?: string; A?: string } = {}
  for (const row of linesOf(text)) {
    if (row.trim() === '') {
      const found = packageOf(stanza.P, stanza.V, stanza.A)
      if (found) yield found
      stanza = {}
      continue
    }
    const letter = row[0]
    if (row[1] === ':' && (letter === 'P' || letter === 'V' || letter === 'A')) stanza[letter] = row.slice(2).trim()
  }
  const last = packageOf(stanza.P, stanza.V, stanza.A)
  if (last) yield last
}
