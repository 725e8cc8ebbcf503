// Writes the files beside it: what `mitra setup --kibana` installs for the prefix `mitra_`, for those who import by hand.
// Run by `npm run kibana`.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { declaredFields } from '../src/commands/declared-fields.ts'
import { kibanaFiles } from '../src/kibana/files.ts'
import { ndjsonOf } from '../src/kibana/saved-object.ts'

/** The files by their names. */
export function committedFiles(): Map<string, string> {
  return new Map(
    kibanaFiles({ prefix: 'mitra_' }, declaredFields).map(({ name, objects }) => [name, ndjsonOf(objects)]),
  )
}

if (import.meta.main)
  for (const [name, lines] of committedFiles()) writeFileSync(join(import.meta.dirname, name), lines)
