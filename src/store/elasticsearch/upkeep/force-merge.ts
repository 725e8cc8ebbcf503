// Merging a finished day into one segment: the server works on it for seconds or for an hour, and no request waits that long.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@elastic/elasticsearch'
import { FailureError, failureOf } from '../connection/failure.ts'

export interface Watching {
  signal?: AbortSignal | undefined
  /** Called between two looks. */
  onWait?: () => void
  /** How long no segment may be merged until it is given up. */
  idleMs?: number
}

const firstPauseMs = 50
const longestPauseMs = 3000
/** A cluster that gives no answer for so long is no longer waited for. */
const patienceMs = 5 * 60_000

/**
 * Merges every shard of an index into one segment and waits for the end of it, whatever the time limit of a request is. Throws
 * FailureError when the server cannot do it or does not begin, or what the client throws.
 */
export async function mergeIndex(client: Client, index: string, watching: Watching): Promise<void> {
  const { signal, idleMs = 60_000 } = watching
  const started = await client.indices.forcemerge(
    { index, max_num_segments: 1, wait_for_completion: false },
    { maxRetries: 0, ...(signal && { signal }), ignore: [404] },
  )
  // an index that is gone needs no merge, and a server that waited all the same has done it
  if (started.task === undefined) return
  const task_id = String(started.task)
  const ended = await looking(watching, async () => taskEnded(client, task_id))
  if (ended !== 'unknown') return
  let idleSince = Date.now()
  await looking(watching, async () => {
    const { isMerged, isBusy } = await mergeOf(client, index)
    if (isMerged) return true
    if (isBusy) idleSince = Date.now()
    if (Date.now() - idleSince > idleMs)
      throw new FailureError({ kind: 'server', reason: 'the server does not merge it' })
    return undefined
  })
}

/** Looks again and again until there is an answer; what passes by itself is sat out. */
async function looking<Answer>({ signal, onWait }: Watching, look: () => Promise<Answer | undefined>): Promise<Answer> {
  let pause = firstPauseMs
  let heardAt = Date.now()
  for (;;) {
    try {
      const answer = await look()
      if (answer !== undefined) return answer
      heardAt = Date.now()
    } catch (error) {
      if (!mayComeBack(error) || Date.now() - heardAt > patienceMs) throw error
    }
    onWait?.()
    await sleep(pause, undefined, { ...(signal && { signal }) })
    pause = Math.min(pause * 1.5, longestPauseMs)
  }
}

function mayComeBack(error: unknown): boolean {
  const { kind } = failureOf(error)
  return kind === 'timeout' || kind === 'unreachable' || kind === 'busy'
}

/** `unknown`: the login may not ask for tasks, or the node that had it is gone. */
async function taskEnded(client: Client, task_id: string): Promise<'done' | 'unknown' | undefined> {
  const answer = await client.tasks.get({ task_id }, { ignore: [403, 404] })
  if (answer.completed === undefined) return 'unknown'
  if (!answer.completed) return undefined
  const { type, reason } = (answer.error ?? firstFailure(answer.response) ?? {}) as { type?: string; reason?: unknown }
  // removed meanwhile
  if (type === 'index_not_found_exception') return 'done'
  if (reason !== undefined) throw new FailureError({ kind: 'server', reason: String(reason) })
  return 'done'
}

function firstFailure(response: unknown): unknown {
  const { _shards } = (response ?? {}) as { _shards?: { failures?: { reason?: { type?: string; reason?: string } }[] } }
  return _shards?.failures?.[0]?.reason
}

async function mergeOf(client: Client, index: string): Promise<{ isMerged: boolean; isBusy: boolean }> {
  const { indices, _shards } = await client.indices.stats({ index, metric: ['segments', 'merge'] }, { ignore: [404] })
  const counts = indices?.[index]
  if (counts === undefined) return { isMerged: true, isBusy: false }
  const copies = _shards?.successful ?? 1
  return {
    isMerged: (counts.total?.segments?.count ?? 0) <= copies,
    isBusy: (counts.total?.merges?.current ?? 0) > 0,
  }
}
