// The configuration and the store that the shared options name.
import { resolve } from 'node:path'
import type { Configuration } from '../config/load.ts'
import type { Field } from '../snapshot/field.ts'
import { openStore, type StoreTarget } from '../store/open.ts'
import type { Store } from '../store/store.ts'
import type { Io } from '../terminal/io.ts'
import { createWaiting, type Waiting } from '../terminal/progress.ts'
import { elasticsearchTarget } from './elasticsearch-target.ts'
import { patientStore } from './patient-store.ts'

export interface StoreOptions {
  config: string | undefined
  store: string | undefined
  /** No progress. */
  quiet?: boolean
}

/** The configuration of `-c`, or of the places it is looked for. */
export async function configurationOf(
  options: { config: string | undefined },
  io: Pick<Io, 'env'>,
): Promise<Configuration> {
  const { loadConfiguration } = await import('../config/load.ts')
  const sources = async () => (await import('../sources/index.ts')).sources
  const conditionMistake = async (text: string) => (await import('./burst-rules.ts')).conditionMistake(text, Date.now())
  return loadConfiguration({ file: options.config, env: io.env, sources, conditionMistake })
}

/** Where documents are: the database file of `--store`, else what the configuration says. */
export function storeTarget(options: { store: string | undefined }, configuration: Configuration): StoreTarget {
  if (options.store !== undefined) return { driver: 'embedded', path: resolve(options.store) }
  const { store } = configuration
  if (store.driver === 'embedded') return { driver: 'embedded', path: store.embedded.path }
  return { driver: 'elasticsearch', ...elasticsearchTarget(configuration) }
}

/** Where documents are; without reading a configuration where none is named and `--store` says all. */
export async function targetOf(options: StoreOptions, io: Pick<Io, 'env'>): Promise<StoreTarget> {
  if (options.store !== undefined && options.config === undefined)
    return { driver: 'embedded', path: resolve(options.store) }
  return storeTarget(options, await configurationOf(options, io))
}

/** Opens the store, works with it and closes it, whatever happens. To `read` and to `change`, it must exist. */
export async function withStore<Result>(
  options: StoreOptions,
  io: Io,
  access: 'read' | 'change' | 'write',
  work: (store: Store) => Promise<Result>,
): Promise<Result> {
  const target = await targetOf(options, io)
  const open = () => openStore(target, { mustExist: access !== 'write', fields: declaredFieldsLate, stop: io.signal })
  const waiting = waitingFor(target, options, io)
  try {
    const store = await waiting.during(open)
    try {
      // what writes tells how far it is, and the embedded store lets no clock tick while it answers
      const isSilent = access === 'read' && target.driver !== 'embedded'
      return await work(isSilent ? patientStore(store, waiting) : store)
    } finally {
      await store.close()
    }
  } catch (error) {
    // what was asked when the signal came failed for that reason
    io.signal.throwIfAborted()
    throw error
  } finally {
    waiting.end()
  }
}

/** For what makes a person wait for the store. */
export function waitingFor(target: StoreTarget, options: { quiet?: boolean }, io: Io): Waiting {
  const doing = target.driver === 'embedded' ? 'opening the store' : 'waiting for Elasticsearch'
  return createWaiting(io, doing, options)
}

/** The declarations of all fields, loaded by stores that need them. */
export async function declaredFieldsLate(): Promise<readonly Field[]> {
  return (await import('./declared-fields.ts')).declaredFields
}
