// What rpm prints: `rpm -qa` (name-version-release.arch a line, rpm(8)), or `name version-release arch` as mitra asks it to.
import { linesOf, type Package, packageOf } from './package.ts'

/** The --queryformat that gives an unambiguous line: the epoch only where there is one, as in `dbus 1:1.12.8-26.el8 x86_64`. */
export const rpmQueryFormat = '%{NAME} %|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE} %{ARCH}\\n'

const nameVersionReleaseArch = /^(\S+)-([^\s-]+-[^\s-]+?)(?:\.([A-Za-z0-9_]+))?$/

/** Packages of either form, line by line. Keys that rpm lists as packages (`gpg-pubkey`) are left out. */
export function* parseRpmList(text: string): Generator<Package> {
  for (const row of linesOf(text)) {
    const words = row.trim().split(/\s+/)
    const [name, version, arch] = words.length === 1 ? splitName(words[0] ?? '') : words
    if (words.length > 3 || name === 'gpg-pubkey') continue
    const found = packageOf(name, version, arch === '(none)' ? '-' : arch)
    if (found) yield found
  }
}

function splitName(text: string): string[] {
  if (text.length > 512) return []
  return nameVersionReleaseArch.exec(text)?.slice(1) ?? []
}
