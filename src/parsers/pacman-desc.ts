// /var/lib/pacman/local/<name>-<version>/desc of libalpm: `%NAME%`, its value on the next line, a blank line (lib/libalpm/be_local.c).
import { linesOf, type Package, packageOf } from './package.ts'

/** The package one such file describes, undefined when it names none. */
export function parsePacmanDesc(text: string): Package | undefined {
  const values = new Map<string, string>()
  let heading: string | undefined
  for (const row of linesOf(text)) {
    if (heading !== undefined && row.trim() !== '' && !values.has(heading)) values.set(heading, row.trim())
    heading = /^%([A-Z]{1,32})%$/.exec(row.trim())?.[1]
  }
  return packageOf(values.get('NAME'), values.get('VERSION'), values.get('ARCH'))
}
