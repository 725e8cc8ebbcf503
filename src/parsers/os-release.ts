// /etc/os-release: os-release(5), assignments in shell syntax; and the one line of /etc/redhat-release on hosts before it.

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
    if (name !== undefined && value !== undefined) values.set(name, unquoted(value))
  }
  return clean({ id: values.get('ID'), name: values.get('NAME'), version: values.get('VERSION_ID') })
}

/** The same from `CentOS release 6.10 (Final)`. */
export function parseRedhatRelease(text: string): OsRelease {
  const [, name, version] = /^(\S.{0,200}?) release (\d[\w.]{0,32})/.exec(text) ?? []
  return clean({ id: name?.split(' ')[0]?.toLowerCase(), name, version })
}

function unquoted(value: string): string {
  const [, quote, inner] = /^(["'])(.*)\1$/.exec(value) ?? []
  if (inner === undefined) return value
  return quote === '"' ? inner.replace(/\\(["$`\\])/g, '$1') : inner
}

function clean(release: { [Name in keyof OsRelease]-?: string | undefined }): OsRelease {
  return Object.fromEntries(Object.entries(release).filter(([, value]) => value))
}
