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
  const doubtful: string[] = []
  for (const name of beyondCore) if (!isDeclared(name) && !(await isFound(name, store))) doubtful.push(name)
  if (doubtful.length === 0) return
  const known = [...declaredFields.map(({ name }) => name), ...(await store.fields()).map(({ name }) => name)]
  for (const name of doubtful.filter((each) => !isKnown(each, known))) {
    const meant = suggestField(name, known)
    const advice = meant ? `did you mean ${meant}?` : '`mitra fields` lists those there are'
    await io.stderr.write(`${harmless(`hint: no document has a field "${name}", ${advice}`)}\n`)
  }
}

/** Whether a newest document has it: much cheaper than a list of all fields. */
async function isFound(name: string, store: Store): Promise<boolean> {
  const should = [name, `${name}.*`].map((field) => ({ kind: 'exists', field }) as const)
  const condition = { kind: 'bool' as const, must: [], should, must_not: [] }
  for await (const _ of store.search({
    condition,
    view: { kind: 'latest' },
    limit: 1,
    withoutContent: true,
    fields: [],
  }))
    return true
  return false
}

/** A name, the beginning of names, or a pattern of names. */
function isKnown(name: string, known: readonly string[]): boolean {
  const matches = name.includes('*')
    ? globMatcher(name)
    : (each: string) => each === name || each.startsWith(`${name}.`)
  return known.some(matches)
}
