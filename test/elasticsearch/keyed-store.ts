// A store on a secure server where nobody may do more than he has to: an operator sets up and prunes, an agent sends from its
// outbox, a person asks. To a test it is one store.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { declaredFields } from '../../src/commands/declared-fields.ts'
import { openDelivery } from '../../src/delivery/delivery.ts'
import { withClient } from '../../src/store/elasticsearch/connection/client.ts'
import { openElasticsearchStore, openReceiver } from '../../src/store/elasticsearch/driver.ts'
import { createKey, type RoleName, roleNames } from '../../src/store/elasticsearch/setup/roles.ts'
import { applySetup, planSetup } from '../../src/store/elasticsearch/setup/setup.ts'
import type { ElasticsearchTarget } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { targetOf } from './empty-store.ts'
import { request } from './request.ts'
import type { ServerAddress } from './server.ts'

const silent = { info() {}, warn() {}, error() {} }

/** Targets of one prefix, each with an API key of its role; the administrator makes the keys and does nothing else. */
export async function keyedTargets(address: ServerAddress): Promise<Record<RoleName, ElasticsearchTarget>> {
  const target = targetOf(address)
  return withClient(target, async ({ client }) => {
    const keyed = async (role: RoleName) => {
      const { encoded } = await createKey(client, target.prefix, { role, name: `${target.prefix}${role}` })
      return [role, { ...target, auth: { apiKey: encoded } }] as const
    }
    return Object.fromEntries(await Promise.all(roleNames.map(keyed))) as Record<RoleName, ElasticsearchTarget>
  })
}

/** An empty store whose every call is made with the least rights that suffice. */
export async function keyedStore(address: ServerAddress): Promise<Store> {
  const { operator, agent, searcher } = await keyedTargets(address)
  const plan = planSetup(operator.prefix, declaredFields)
  await withClient(operator, ({ client }) => applySetup(client, plan, { now: Date.now() }))
  const folder = mkdtempSync(join(tmpdir(), 'mitra-keyed-'))
  const outbox = await openDelivery({
    path: join(folder, 'outbox.db'),
    maxBytes: 100_000_000,
    deadLetters: join(folder, 'dead-letters.ndjson'),
    receiver: () => openReceiver(agent, declaredFields),
    log: silent,
  })
  const asked = await openElasticsearchStore(searcher, declaredFields)
  const pruning = await openElasticsearchStore(operator, declaredFields)
  return {
    async write(documents) {
      const outcomes = await outbox.write(documents)
      const left = await outbox.drained(AbortSignal.timeout(60_000))
      if (left.documents > 0) throw new Error(`${left.documents} documents were not sent: ${left.reason}`)
      // days and history show what came half a minute later, which a test does not wait for
      await request(address, `/${agent.prefix}*/_refresh`, { method: 'POST' })
      return outcomes
    },
    search: (wanted) => asked.search(wanted),
    select: (wanted) => asked.select(wanted),
    count: (wanted) => asked.count(wanted),
    spread: (wanted) => asked.spread(wanted),
    holders: (wanted, held) => asked.holders(wanted, held),
    hosts: (wanted) => asked.hosts(wanted),
    values: (field, wanted) => asked.values(field, wanted),
    fields: () => asked.fields(),
    get: (host, path, at) => asked.get(host, path, at),
    historySince: () => asked.historySince(),
    paths: (host, dataset) => asked.paths(host, dataset),
    prune: (retention, now, options) => pruning.prune(retention, now, options),
    claim: (name) => outbox.claim(name),
    async close() {
      await outbox.close()
      await asked.close()
      await pruning.close()
    },
  }
}
