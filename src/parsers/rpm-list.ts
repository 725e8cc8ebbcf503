// What rpm prints: `rpm -qa` (name-version-release.arch a line, rpm(8)), or `name version-release arch` as mitra asks it to.
import { linesOf, type Package, packageOf } from './package.ts'

/** The --queryformat that gives an unambiguous line: the epoch only where there is one, as in `dbus 1:1.12.8-26.el8 x86_64`. */
export const rpmQueryFormat = '%{NAME} %|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE} %{ARCH}\\n'

/** Known by name, since rpm 4.4 and older print no architecture: in `bash-3.2-33.el6` the end is one of the release. */
const arch =
  'noarch|x86_64(?:_v\\d)?|amd64|i[3-6]86|athlon|geode|ia32e|ia64|aarch64\\w*|arm\\w+|ppc\\w*|s390x?|riscv\\w+|' +
  'loongarch\\w+|mips\\w*|sparc\\w*|alpha\\w*|sh[34]\\w*|m68k\\w*|e2k\\w*|\\(none\\)'
const nameVersionReleaseArch = new RegExp(`^(\\S+)-([^\\s-]+-[^\\s-]+?)(?:\\.(${arch}))?$`)

/** Packages of either form, line by line. Keys that rpm lists as packages (`gpg-pubkey`) are left out. */
export function* parseRpmList(text: string): Generator<Package> {
  for (const row of linesOf(text)) {
    const words = row.trim().split(/\s+/, 4)
    const [name, version, architecture] = words.length === 1 ? splitName(words[0] ?? '') : words
    if (words.length > 3 || name === 'gpg-pubkey') continue
    const found = packageOf(name, version, architecture === '(none)' ? '-' : architecture)
    if (found) yield found
  }
}

function splitName(text: string): string[] {
  if (text.length > 512) return []
  return nameVersionReleaseArch.exec(text)?.slice(1) ?? []
}
