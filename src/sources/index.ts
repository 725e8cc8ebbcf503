// The registry: one line a source.
import type { Format, SourceDefinition } from './source.ts'

export const sources: readonly SourceDefinition[] = []

/** How the text at a path is understood; undefined for plain files. */
export function formatOf(path: string): Format | undefined {
  for (const source of sources) for (const format of source.formats) if (format.matches(path)) return format
  return undefined
}
