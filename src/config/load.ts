// Finds the configuration, reads its YAML and gives every setting a value.
import { join } from 'node:path'
import { type Environment, locateConfiguration, type Origin, stateFolder } from './locate.ts'
import { mistakesError, type Path } from './mistake.ts'
import { resolveReferences } from './references.ts'
import { deadLettersBeside } from './relations.ts'
import { defaultValues, type Values } from './settings.ts'

/** Every setting with its value, and where it comes from. */
export interface Configuration extends Values {
  origin: Origin
}

export interface LoadRequest {
  /** The file named with `-c`. */
  file?: string | undefined
  env?: Environment
  /** Names that `sources:` may have; asked for only when there is a file to check. */
  sources: readonly { name: string }[] | (() => Promise<readonly { name: string }[]>)
  /** Numeric user, for the default place of the store. */
  uid?: number
  /** What is wrong with a query, to stand behind its key; asked for the rules of bursts only. */
  conditionMistake?: (text: string) => Promise<string | undefined>
  /** In place of /etc/mitra/mitra.yml. */
  system?: string
}

/**
 * The configuration of the file named, of `$MITRA_CONFIG`, of /etc/mitra/mitra.yml, of the user's own file, or the built-in
 * one, in that order. Throws ActionableError with a line for each mistake: file, line, key, rule and what was given.
 */
export async function loadConfiguration(request: LoadRequest): Promise<Configuration> {
  const { file, env = process.env, uid = process.getuid?.() ?? -1, system } = request
  const { origin, text } = locateConfiguration(file, env, system)
  const values = defaultValues()
  const folder = stateFolder(env, uid)
  values.store.embedded.path = join(folder, 'mitra.db')
  values.delivery.path = join(folder, 'outbox.db')
  values.delivery.dead_letters = deadLettersBeside(values.delivery.path)
  // Without a file neither the YAML parser nor the checks are loaded: a search on defaults starts 8 ms earlier.
  if (origin.kind !== 'built-in') await readInto(values, origin.file, text, { ...request, env })
  return { ...values, origin }
}

async function readInto(
  values: Values,
  file: string,
  text: string,
  { env, sources, conditionMistake }: Omit<LoadRequest, 'env'> & { env: Environment },
): Promise<void> {
  const [{ readYaml }, { validate }, { checkConditions }] = await Promise.all([
    import('./yaml.ts'),
    import('./validate.ts'),
    import('./burst-checks.ts'),
  ])
  const { raw, lineOf, mistakes } = await readYaml(file, text)
  const written = { raw, resolved: resolveReferences(raw, env), lineOf }
  const names = (typeof sources === 'function' ? await sources() : sources).map((source) => source.name)
  validate(values, written, names, mistakes)
  if (conditionMistake) {
    const report = (path: Path, mistake: string) => mistakes.push({ line: lineOf(path), text: mistake })
    await checkConditions(values, conditionMistake, report)
  }
  if (mistakes.length > 0) throw mistakesError(file, mistakes)
}
