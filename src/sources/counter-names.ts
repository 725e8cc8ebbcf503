// Which names of a family count, as data: the declarations of all sources are kept in a file of their own (declared-fields.json).

/** Matches every name of a family but these, given without its beginning. */
export function allBut(beginning: string, names: Iterable<string>): RegExp {
  return new RegExp(`^${escaped(beginning)}(?!(?:${anyOf(names)})$)`)
}

/** Matches names that end in one of these, after a dot. */
export function endingIn(names: Iterable<string>): RegExp {
  return new RegExp(`\\.(?:${anyOf(names)})$`)
}

function anyOf(names: Iterable<string>): string {
  return Array.from(names, escaped).join('|')
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
