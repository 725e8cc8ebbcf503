// Name to driver: the only place that knows which stores there are. Each is loaded when it is opened.
import type { Field } from '../snapshot/field.ts'
import type { Store } from './store.ts'

/** Where documents are kept: as much of the configuration as a driver needs. */
export type StoreTarget = { driver: 'embedded'; path: string } | ({ driver: 'elasticsearch' } & ElasticsearchTarget)

/** How an Elasticsearch is reached. */
export interface ElasticsearchTarget {
  /** URLs, tried in turn. */
  nodes: readonly string[]
  /** Start of the names of all indices. */
  prefix: string
  auth?: { apiKey: string } | { username: string; password: string } | { bearer: string }
  /** `ca`: PEM text. `verify: false` takes any certificate. */
  tls?: { ca?: string; caFingerprint?: string; verify?: boolean }
  /** URL of an HTTP proxy. */
  proxy?: string
  /** Whether requests are compressed. */
  compression: boolean
  /** Seconds a request may take. */
  timeout_s: number
}

export interface OpenOptions {
  /** An embedded store that is not there yet is an error instead of a new file. */
  mustExist: boolean
  /** The declarations of all fields; asked for by drivers that map them. */
  fields: () => Promise<readonly Field[]>
  /** Ends what a store beyond the network is asked, when it aborts. */
  stop?: AbortSignal
}

/** Opens a store. Throws ActionableError when it cannot be used. */
export async function openStore(target: StoreTarget, options: OpenOptions): Promise<Store> {
  switch (target.driver) {
    case 'embedded': {
      const { openEmbeddedStore } = await import('./embedded/driver.ts')
      return openEmbeddedStore(target.path, options)
    }
    case 'elasticsearch': {
      const { openElasticsearchStore } = await import('./elasticsearch/driver.ts')
      return openElasticsearchStore(target, await options.fields(), options.stop)
    }
    default:
      return target satisfies never
  }
}
