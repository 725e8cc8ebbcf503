// Names by pattern.

/** A test of a whole name by a pattern with `*` and `?`, whatever the case. */
export function globMatcher(pattern: string): (name: string) => boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.')
  const expression = new RegExp(`^${source}$`, 'is')
  return (name) => expression.test(name)
}
