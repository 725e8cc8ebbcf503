// /var/lib/pacman/local/<name>-<version>/desc of libalpm: `%NAME%`, its value on the next line, a blank line (lib/libalpm/be_local.c).
import { linesOf, type Package, packageOf } from './package.ts'

/** The package one such file describes, undefined when it names none. */
export function parsePacmanDesc(text: string): Package | undefined {
  const values = new Map<string, string>()
  let heading: string | undefined
  for (const row of linesOf(text)) {
    const cell = row.trim()
    const next = /^%([A-Z0-9]{1,32})%$/.exec(cell)?.[1]
    if (heading !== undefined && next === undefined && cell !== '' && !values.has(heading)) values.set(heading, cell)
    heading = next
  }
  return packageOf(values.get('NAME'), values.get('VERSION'), values.get('ARCH'))
}
