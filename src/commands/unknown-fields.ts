// The hint about a field that no document has: most often a slip of the hand.
import { suggestField } from '../query/resolve.ts'
import { coreFields } from '../snapshot/core-fields.ts'
import type { Store } from '../store/store.ts'
import { harmless } from '../terminal/harmless.ts'
import type { Io } from '../terminal/io.ts'
import { globMatcher } from './glob.ts'

/** Says on stderr which of the names (or patterns) are neither declared nor found in the store, with the likeliest meaning. */
export async function sayUnknownFields(
  names: readonly string[],
  options: { quiet: boolean },
  store: Store,
  io: Io,
): Promise<void> {
  const beyondCore = [...new Set(names)].filter((name) => coreFields.every((field) => field.name !== name))
  if (options.quiet || beyondCore.length === 0) return
  const { declaredFields, isDeclared } = await import('./declared-fields.ts')
  const doubtful = beyondCore.filter((name) => !isDeclared(name))
  if (doubtful.length === 0) return
  const known = [...declaredFields.map(({ name }) => name), ...(await store.fields()).map(({ name }) => name)]
  for (const name of doubtful.filter((each) => !isKnown(each, known))) {
    const meant = suggestField(name, known)
    const advice = meant ? `did you mean ${meant}?` : '`mitra fields` lists those there are'
    await io.stderr.write(`${harmless(`hint: no document has a field "${name}", ${advice}`)}\n`)
  }
}

/** A name, the beginning of names, or a pattern of names. */
function isKnown(name: string, known: readonly string[]): boolean {
  const matches = name.includes('*')
    ? globMatcher(name)
    : (each: string) => each === name || each.startsWith(`${name}.`)
  return known.some(matches)
}
