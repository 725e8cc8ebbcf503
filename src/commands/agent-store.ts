// Where the commands that take snapshots put them: the embedded store itself, or an outbox from which they are delivered.
import type { AgentOptions, AgentStore } from '../agent/agent.ts'
import type { Configuration } from '../config/load.ts'
import type { DeliveryOptions, Left } from '../delivery/delivery.ts'
import { ActionableError } from '../errors.ts'
import type { LiveReceiver } from '../store/elasticsearch/driver.ts'
import { openStore, type StoreTarget } from '../store/open.ts'
import type { Store } from '../store/store.ts'
import { declaredFieldsLate } from './configured.ts'

export interface OpenAgentStore {
  store: AgentStore
  /** Of a store that many agents share. */
  pruneForFleet?: NonNullable<AgentOptions['pruneForFleet']>
  /** Sends now what waits; gives what is left when all is sent, the attempt failed or the signal came. */
  delivered(signal: AbortSignal): Promise<Left>
  close(): Promise<void>
}

/** For a store that gives no answer: what was collected by then is safe in the outbox as well. */
const meetingMs = 10_000

/** What a connection that is being made has left when the agent is told to end. */
const stoppingMs = 1500

/** Aborts some milliseconds after the other signal. */
function after(signal: AbortSignal, milliseconds: number): AbortSignal {
  const later = new AbortController()
  const start = () => setTimeout(() => later.abort(), milliseconds).unref()
  if (signal.aborted) start()
  else signal.addEventListener('abort', start, { once: true })
  return later.signal
}

/** `lasting`: the agent, which goes on when the store cannot be reached; another command beside a running agent writes directly. */
export async function openAgentStore(
  target: StoreTarget,
  { delivery }: Configuration,
  options: { lasting: boolean; log: DeliveryOptions['log']; signal: AbortSignal },
): Promise<OpenAgentStore> {
  if (target.driver === 'embedded')
    return direct(await openStore(target, { mustExist: false, fields: declaredFieldsLate }))
  const stop = after(options.signal, stoppingMs)
  const { openDelivery } = await import('../delivery/delivery.ts')
  let receiver: LiveReceiver | undefined
  const outbox = await openDelivery({
    path: delivery.path,
    maxBytes: delivery.maxsize * 1024 * 1024,
    deadLetters: delivery.dead_letters,
    log: options.log,
    receiver: async () => {
      const { openReceiver } = await import('../store/elasticsearch/driver.ts')
      receiver = await openReceiver(target, await declaredFieldsLate(), stop)
      return receiver
    },
  })
  if (!options.lasting) {
    try {
      await outbox.claim(`mitra, process ${process.pid}, for one cycle`)
    } catch (error) {
      await outbox.close({ within_ms: 0 })
      if (!(error instanceof ActionableError)) throw error
      return direct(await openStore(target, { mustExist: false, fields: declaredFieldsLate }))
    }
    // no second cycle brings what this one takes for told
    await outbox.meet(AbortSignal.any([options.signal, AbortSignal.timeout(meetingMs)]))
  }
  return {
    store: outbox,
    async pruneForFleet(turn) {
      const { pruneForFleet } = await import('../store/elasticsearch/upkeep/fleet-prune.ts')
      return pruneForFleet(target, await declaredFieldsLate(), turn)
    },
    async delivered(signal) {
      const left = await outbox.drained(signal)
      if (left.documents === 0) await receiver?.refresh()
      return left
    },
    close: async () => {
      await outbox.close()
    },
  }
}

function direct(store: Store): OpenAgentStore {
  return { store, delivered: async () => ({ documents: 0 }), close: () => store.close() }
}
