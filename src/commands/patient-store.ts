// A store that keeps a person at a terminal company: whatever takes longer than a second says so.
import type { Store } from '../store/store.ts'
import type { Waiting } from '../terminal/progress.ts'

/** The same store, each of whose answers is waited for with a line on stderr. */
export function patientStore(store: Store, { during }: Waiting): Store {
  async function* each<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item, void> {
    const iterator = items[Symbol.asyncIterator]()
    try {
      for (;;) {
        const next = await during(() => iterator.next())
        if (next.done) return
        yield next.value
      }
    } finally {
      await iterator.return?.()
    }
  }
  return {
    write: (documents) => during(() => store.write(documents)),
    search: (request) => each(store.search(request)),
    select: (request) => each(store.select(request)),
    count: (request) => during(() => store.count(request)),
    spread: (request) => during(() => store.spread(request)),
    holders: (request, held) => during(() => store.holders(request, held)),
    hosts: (request) => during(() => store.hosts(request)),
    values: (field, request) => during(() => store.values(field, request)),
    fields: () => during(() => store.fields()),
    get: (host, path, at) => during(() => store.get(host, path, at)),
    historySince: () => during(() => store.historySince()),
    paths: (host, dataset) => during(() => store.paths(host, dataset)),
    // tells what it is at by itself
    prune: (retention, now, options) => store.prune(retention, now, options),
    claim: (agent) => store.claim(agent),
    close: () => store.close(),
  }
}
