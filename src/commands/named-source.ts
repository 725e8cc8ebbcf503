// A host and a source as people name them on the command line, and what to say where nothing is known of them.
import { nearest } from '../config/mistake.ts'
import { hasValue } from '../history/conditions.ts'
import type { Store } from '../store/store.ts'
import type { Io } from '../terminal/io.ts'
import { localTime } from '../terminal/time.ts'
import { configurationOf } from './configured.ts'

/** The name documents of this host have, where this host is meant. */
export async function hostNamed(name: string, options: { config: string | undefined }, io: Io): Promise<string> {
  if (name !== '.' && name !== 'localhost') return name
  const { hostName } = await import('../host/identity.ts')
  const { Root } = await import('../host/root.ts')
  const { host, root } = await configurationOf(options, io)
  return hostName(new Root(root), host)
}

/** Why there is no state of a source, and what is known instead: near paths of the host, else near hosts. */
export async function absence(store: Store, host: string, path: string, at?: number): Promise<string> {
  const paths: string[] = []
  const condition = hasValue('host.name', host)
  for await (const document of store.search({ condition, view: { kind: 'latest' }, withoutContent: true }))
    paths.push(document['file.path'])
  if (paths.length === 0) {
    const { hosts } = await store.hosts({ all: [], without: [], view: { kind: 'latest' }, silentBefore: 0 })
    const meant = nearest(
      host,
      hosts.map(({ name }) => name),
    )
    return `nothing is known of a host "${host}"${meant ? `, did you mean ${meant}?` : '; `mitra hosts` lists them all'}`
  }
  if (at !== undefined && paths.includes(path))
    return `nothing is kept of "${path}" of ${host} from ${localTime(at)} or before`
  const near = nearPaths(path, paths)
  return `nothing is known of "${path}" of ${host}${near.length > 0 ? `, but of ${near.join(', ')}` : ''}`
}

/** The likeliest meaning first, then other paths with the same last part or in the same directory; three at most. */
function nearPaths(path: string, paths: readonly string[]): string[] {
  const meant = nearest(path, paths)
  const name = path.slice(path.lastIndexOf('/') + 1)
  const directory = path.slice(0, path.lastIndexOf('/') + 1)
  const alike = paths.filter((each) => name !== '' && each.endsWith(`/${name}`))
  const beside = directory === '/' ? [] : paths.filter((each) => each.startsWith(directory))
  return [...new Set([...(meant ? [meant] : []), ...alike, ...beside])].slice(0, 3)
}
