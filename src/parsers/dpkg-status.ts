// /var/lib/dpkg/status: deb822(5) stanzas; what `Status: want flag state` means is dpkg-query(1).
import { linesOf, type Package, packageOf } from './package.ts'

/**
 * Installed packages in order of the file, held ones among them. Images built without dpkg keep a file for each package in
 * status.d that has no `Status` line: say `assumeInstalled` for those.
 */
export function* parseDpkgStatus(text: string, options: { assumeInstalled?: boolean } = {}): Generator<Package> {
  let stanza = new Map<string, string>()
  const finish = () => {
    const state = stanza.get('Status')?.split(/\s+/)[2]
    const installed = state === undefined ? options.assumeInstalled === true : installedStates.has(state)
    const found = installed
      ? packageOf(stanza.get('Package'), stanza.get('Version'), stanza.get('Architecture'))
      : undefined
    stanza = new Map()
    return found
  }
  for (const row of linesOf(text)) {
    if (row.trim() === '') {
      const found = finish()
      if (found) yield found
      continue
    }
    const name = wanted.find((field) => row.startsWith(field) && row[field.length] === ':')
    if (name) stanza.set(name, row.slice(name.length + 1).trim())
  }
  const last = finish()
  if (last) yield last
}

/** A package that waits for triggers is installed and in use. */
const installedStates = new Set(['installed', 'triggers-awaited', 'triggers-pending'])
const wanted = ['Package', 'Status', 'Version', 'Architecture'] as const
