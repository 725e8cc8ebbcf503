// What a prune does to one index after the other. An index that cannot be worked on is told, and the others get their turn.
import type { Client } from '@elastic/elasticsearch'
import type { Place } from '../../store.ts'
import { type Failure, failureOf } from '../connection/failure.ts'
import type { DailyIndex } from './daily-indices.ts'
import { mergeIndex } from './force-merge.ts'
import { type Allocation, placeText } from './places.ts'

export interface Work {
  client: Client
  /** Ends it before the next index. */
  signal: AbortSignal | undefined
  onProgress: (text: string) => void
  /** Gets a sentence for each index that refused. */
  problems: string[]
}

export interface PlannedMove {
  index: DailyIndex
  to: Place
}

/** Removes each index by its name: a pattern is refused by `action.destructive_requires_name`, and takes what is not mitra's. */
export async function removeAll(indices: readonly DailyIndex[], work: Work): Promise<DailyIndex[]> {
  return inTurn(indices, work, {
    doing: ({ name }) => `removing ${name}`,
    failed: ({ name }) => `${name} was not removed`,
    run: ({ name }) => work.client.indices.delete({ index: name }, { ignore: [404] }),
  })
}

/** Merges one index at a time: a merge takes a thread and, while it lasts, as much room again as the index. */
export async function mergeAll(indices: readonly DailyIndex[], work: Work): Promise<DailyIndex[]> {
  return inTurn(indices, work, {
    doing: ({ name }) => `merging ${name}`,
    failed: ({ name }) => `${name} was not merged`,
    run: ({ name }, onWait) => mergeIndex(work.client, name, { signal: work.signal, onWait }),
  })
}

export async function moveAll(
  moves: readonly PlannedMove[],
  work: Work,
  allocationAt: (place: Place) => Allocation,
): Promise<PlannedMove[]> {
  return inTurn(moves, work, {
    doing: ({ index, to }) => `moving ${index.name} to ${placeText(to)}`,
    failed: ({ index, to }) => `${index.name} was not moved to ${placeText(to)}`,
    run({ index, to }) {
      const wanted = Object.entries(allocationAt(to))
      const settings = Object.fromEntries(wanted.map(([name, value]) => [`index.routing.allocation.${name}`, value]))
      return work.client.indices.putSettings({ index: index.name, settings }, { ignore: [404] })
    },
  })
}

interface Step<Item> {
  doing: (item: Item) => string
  failed: (item: Item) => string
  run: (item: Item, onWait: () => void) => Promise<unknown>
}

/** Those it was done to. Throws what is no matter of one index: a cluster that is gone, a right that is missing. */
async function inTurn<Item>(
  items: readonly Item[],
  { signal, onProgress, problems }: Work,
  { doing, failed, run }: Step<Item>,
): Promise<Item[]> {
  const done: Item[] = []
  for (const [at, item] of items.entries()) {
    signal?.throwIfAborted()
    const since = performance.now()
    const place = items.length > 1 ? `, ${at + 1} of ${items.length}` : ''
    const say = () => onProgress(`${doing(item)}${place}, ${Math.round((performance.now() - since) / 1000)} s`)
    say()
    try {
      await run(item, say)
      done.push(item)
    } catch (error) {
      const reason = reasonOf(failureOf(error))
      if (reason === undefined) throw error
      problems.push(`${failed(item)}: ${reason}`)
    }
  }
  return done
}

/** Why an index refuses; undefined where it is not the index. */
function reasonOf(failure: Failure): string | undefined {
  switch (failure.kind) {
    case 'invalid':
    case 'server':
      return failure.reason
    case 'red':
      return 'some of its shards are not there'
    case 'read_only':
      if (failure.reason === 'no_master') return undefined
      return failure.reason === 'disk' ? 'a disk is too full' : 'an index.blocks setting is in force'
    default:
      return undefined
  }
}
