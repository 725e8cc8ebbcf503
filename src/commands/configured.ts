// The configuration and the store that the shared options name.
import { resolve } from 'node:path'
import type { Configuration } from '../config/load.ts'
import { openStore, type StoreTarget } from '../store/open.ts'
import type { Store } from '../store/store.ts'
import type { Io } from '../terminal/io.ts'

export interface StoreOptions {
  config: string | undefined
  store: string | undefined
}

/** The configuration of `-c`, or of the places it is looked for. */
export async function configurationOf(options: { config: string | undefined }, io: Io): Promise<Configuration> {
  const { loadConfiguration } = await import('../config/load.ts')
  const { sources } = await import('../sources/index.ts')
  return loadConfiguration({ file: options.config, env: io.env, sources })
}

/** Where documents are: the database file of `--store`, else what the configuration says. */
export function storeTarget(options: { store: string | undefined }, configuration: Configuration): StoreTarget {
  if (options.store !== undefined) return { driver: 'embedded', path: resolve(options.store) }
  const { store, indexer } = configuration
  if (store.driver === 'embedded') return { driver: 'embedded', path: store.embedded.path }
  return { driver: 'elasticsearch', nodes: [`http://${indexer.es_host}:${indexer.es_port}`], prefix: indexer.prefix }
}

/** Opens the store, works with it and closes it, whatever happens. To `read`, it must exist. */
export async function withStore<Result>(
  options: StoreOptions,
  io: Io,
  access: 'read' | 'write',
  work: (store: Store) => Promise<Result>,
): Promise<Result> {
  const named = options.store !== undefined && options.config === undefined
  const target: StoreTarget = named
    ? { driver: 'embedded', path: resolve(options.store ?? '') }
    : storeTarget(options, await configurationOf(options, io))
  const store = await openStore(target, { mustExist: access === 'read' })
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}
