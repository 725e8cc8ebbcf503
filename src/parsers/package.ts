// One installed package, as every package database of this folder gives it, and mitra’s own text of them.

export interface Package {
  name: string
  version: string
  /** As the package manager spells it (`amd64`, `x86_64`, `noarch`); `-` where it says none. */
  arch: string
}

/** The package of three words, undefined when name or version is none. */
export function packageOf(name: string | undefined, version: string | undefined, arch = ''): Package | undefined {
  if (!isWord(name) || !isWord(version)) return undefined
  return { name, version, arch: isWord(arch) ? arch : '-' }
}

/** Packages of `name version arch` lines; other lines are left out. */
export function* parsePackageLines(text: string): Generator<Package> {
  for (const row of linesOf(text)) {
    const [name, version, arch, more] = row.split(' ')
    const found = more === undefined ? packageOf(name, version, arch) : undefined
    if (found) yield found
  }
}

/** Lines one by one, without their ends: a database of megabytes is never held as a list of lines. */
export function* linesOf(text: string): Generator<string> {
  let start = 0
  while (start < text.length) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    yield text.charCodeAt(end - 1) === 13 && end > start ? text.slice(start, end - 1) : text.slice(start, end)
    start = end + 1
  }
}

function isWord(text: string | undefined): text is string {
  return text !== undefined && text.length > 0 && text.length <= 256 && !/\s/.test(text)
}
