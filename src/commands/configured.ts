// The configuration and the store that the shared options name.
import { resolve } from 'node:path'
import type { Configuration } from '../config/load.ts'
import type { Field } from '../snapshot/field.ts'
import { openStore, type StoreTarget } from '../store/open.ts'
import type { Store } from '../store/store.ts'
import type { Io } from '../terminal/io.ts'
import { elasticsearchTarget } from './elasticsearch-target.ts'

export interface StoreOptions {
  config: string | undefined
  store: string | undefined
}

/** The configuration of `-c`, or of the places it is looked for. */
export async function configurationOf(
  options: { config: string | undefined },
  io: Pick<Io, 'env'>,
): Promise<Configuration> {
  const { loadConfiguration } = await import('../config/load.ts')
  const sources = async () => (await import('../sources/index.ts')).sources
  return loadConfiguration({ file: options.config, env: io.env, sources })
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

/** Opens the store, works with it and closes it, whatever happens. To `read`, it must exist. */
export async function withStore<Result>(
  options: StoreOptions,
  io: Io,
  access: 'read' | 'write',
  work: (store: Store) => Promise<Result>,
): Promise<Result> {
  const store = await openStore(await targetOf(options, io), {
    mustExist: access === 'read',
    fields: declaredFieldsLate,
  })
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** The declarations of all fields, loaded by stores that need them. */
export async function declaredFieldsLate(): Promise<readonly Field[]> {
  return (await import('./declared-fields.ts')).declaredFields
}
