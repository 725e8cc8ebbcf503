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
export async function bootsOf(store: Store, span: Span): Promise<Boot[]> {
  const boots: Boot[] = []
  for (const document of await tellingDocuments(store, span)) {
    const { id, at } = bootMark(document)
    if (id === undefined || id === boots.at(-1)?.id) continue
    const noticed = timeOf(document)
    const kernel = document['host.os.kernel']
    boots.push({ id, noticed, at: at ?? noticed, ...(typeof kernel === 'string' && { kernel }) })
  }
  return boots
}

/** The documents of the host, oldest first; the one before the span alone where the last of the span is of the same boot. */
async function tellingDocuments(store: Store, { host, from, to }: Span): Promise<Document[]> {
  const [before, last] = await Promise.all([store.get(host, 'host', from - 1), store.get(host, 'host', to)])
  if (before && bootMark(before).id !== undefined && bootMark(before).id === bootMark(last).id) return [before]
  const condition = allOf(hasValue('host.name', host), hasValue('file.path', 'host'))
  const view = { kind: 'history', from, to } as const
  const documents = await Array.fromAsync(store.search({ condition, view, withoutContent: true }))
  return [...(before ? [before] : []), ...documents.reverse()]
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
