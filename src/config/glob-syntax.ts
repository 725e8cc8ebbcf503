// What is mistyped in a glob. A bracket that is never closed stands for itself in a shell; in a configuration it is a slip that
// would go unnoticed: the path just never matches.

/** The kind of bracket that a pattern leaves open; undefined when all are closed. */
export function unclosedIn(pattern: string): '[' | '{' | undefined {
  // A `]` right after the opening is one of the class; a class never spans folders.
  const bare = pattern.replace(/\\./gsu, 'x').replace(/\[(?:[!^][^/]|[^!^/])[^\]/]*\]/gu, '')
  if (bare.includes('[')) return '['
  let open = 0
  for (const char of bare) {
    if (char === '{') open++
    else if (char === '}' && open > 0) open--
  }
  return open > 0 ? '{' : undefined
}
