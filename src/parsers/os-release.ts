// /etc/os-release: os-release(5), assignments in shell syntax; and the one line of /etc/redhat-release on hosts before it.
import { unquoted } from './typed-value.ts'

export interface OsRelease {
  /** `debian`, `centos`, `arch`. */
  id?: string
  name?: string
  /** `VERSION_ID`, the number without the words; rolling distributions have none. */
  version?: string
}

/** What the assignments say; the last of each name counts, as in a shell. */
export function parseOsRelease(text: string): OsRelease {
  const values = new Map<string, string>()
  for (const row of text.split('\n', 1000)) {
    const [, name, value] = /^\s*([A-Z][A-Z0-9_]{0,63})=(.{0,1024})$/.exec(row.trimEnd()) ?? []
    const plain = value === undefined ? undefined : unquoted(value)
    if (name !== undefined && plain !== undefined) values.set(name, plain)
  }
  return clean({ id: values.get('ID'), name: values.get('NAME'), version: values.get('VERSION_ID') })
}

/** The same from `CentOS release 6.10 (Final)`. */
export function parseRedhatRelease(text: string): OsRelease {
  const [, name, version] = /^(\S.{0,200}?) release (\d[\w.]{0,32})/.exec(text) ?? []
  const vendor = name?.split(' ')[0]?.toLowerCase()
  return clean({ id: ids.get(vendor ?? '') ?? vendor, name, version })
}

/** Where the first word is not what the same distribution calls itself in os-release. */
const ids = new Map([
  ['red', 'rhel'],
  ['oracle', 'ol'],
  ['amazon', 'amzn'],
])

function clean(release: { [Name in keyof OsRelease]-?: string | undefined }): OsRelease {
  return Object.fromEntries(Object.entries(release).filter(([, value]) => value))
}
