// What a configuration file says, key by key, as the fields `config.<name>.<key>`: names a store takes, and bounds.
import type { Fields, Scalar } from '../snapshot/document.ts'

/** Values by key, in the order of the file. */
export type ConfigValues = Map<string, Scalar[]>

/** Keys a document may have unless the configuration says otherwise; known files have fewer. */
const usualKeys = 200
/** Values of one key: a group of the whole company, a list of blocked addresses. */
const mostValues = 1000
/** Characters of a value, and of a key. */
const longestValue = 1000
const longestKey = 128

/**
 * The fields of a file known as `name`. What is beyond the bounds is counted in `config.left_out`; it is found in the text. Of
 * equal values of a key there is one.
 */
export function configFields(name: string, values: ConfigValues, mostKeys = usualKeys): Fields {
  const kept = new Map<string, Set<Scalar>>()
  let leftOut = 0
  for (const [key, scalars] of values) {
    const field = plainKey(key)
    const known = field === undefined ? undefined : kept.get(field)
    if (field === undefined || (known === undefined && kept.size >= mostKeys)) {
      leftOut++
      continue
    }
    const set = known ?? new Set<Scalar>()
    for (const scalar of scalars)
      if (set.size < mostValues && String(scalar).length <= longestValue) set.add(scalar)
      else if (!set.has(scalar)) leftOut++
    if (set.size > 0) kept.set(field, set)
  }
  const fields: Fields = {}
  for (const [key, set] of kept) {
    const [only, ...more] = set
    if (only !== undefined) fields[`config.${name}.${key}`] = more.length === 0 ? only : [only, ...more]
  }
  if (leftOut > 0) fields['config.left_out'] = leftOut
  return fields
}

/** Adds values to those of a key. */
export function append(values: ConfigValues, key: string, ...scalars: Scalar[]): void {
  const before = values.get(key)
  if (before === undefined) values.set(key, scalars)
  else for (const scalar of scalars) before.push(scalar)
}

/** The lines that say something, without the blanks around them; a comment has a line of its own. */
export function tellingLines(text: string, comment = /^#/): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !comment.test(line))
}

/** A key as a field may be named: parts between dots, of what queries and stores take in names. */
function plainKey(key: string): string | undefined {
  if (key.length > 4 * longestKey) return undefined
  const plain = key
    .replace(/[^\w\-/:+@%,~#.]+/g, '_')
    .split('.')
    .filter((part) => part !== '')
    .join('.')
  return plain === '' || plain.length > longestKey ? undefined : plain
}
