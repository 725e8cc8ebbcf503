// Boots of a host, as its `host` documents tell them.
import { type Document, timeOf } from '../snapshot/document.ts'
import type { Store } from '../store/store.ts'
import { allOf, hasValue } from './conditions.ts'
import type { BootMark } from './counter.ts'
import type { Span } from './samples.ts'

export interface Boot {
  id: string
  /** When the host booted, in milliseconds since the epoch; where its uptime is not known, when the boot was noticed. */
  at: number
  /** When it was first observed. */
  noticed: number
  kernel?: string
}

/** Boots of a span of time, oldest first; the first is the one the host was in when it began, where that is known. */
export async function bootsOf(store: Store, { host, from, to }: Span): Promise<Boot[]> {
  const condition = allOf(hasValue('host.name', host), hasValue('file.path', 'host'))
  const documents: Document[] = []
  for await (const document of store.search({ condition, view: { kind: 'history', from, to }, withoutContent: true }))
    documents.push(document)
  const earlier = await store.get(host, 'host', from - 1)
  if (earlier) documents.push(earlier)
  const boots: Boot[] = []
  for (const document of documents.reverse()) {
    const { id, at } = bootMark(document)
    if (id === undefined || id === boots.at(-1)?.id) continue
    const noticed = timeOf(document)
    const kernel = document['host.os.kernel']
    boots.push({ id, noticed, at: at ?? noticed, ...(typeof kernel === 'string' && { kernel }) })
  }
  return boots
}

/** Of a `host` document: which boot it belongs to, and when that was. */
export function bootMark(document: Document | undefined): BootMark {
  const id = document?.['host.boot.id']
  const uptime = document?.['host.uptime']
  return {
    ...(typeof id === 'string' && { id }),
    ...(document && typeof uptime === 'number' && { at: Math.round(timeOf(document) - uptime * 1000) }),
  }
}
