// One agent at a time: who gets the lease of a job, who finds it done, and how it passes on.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@elastic/elasticsearch'
import { connect } from '../../../../src/store/elasticsearch/connection/client.ts'
import { Lease, leaseIndex, leaseMs, takeLease } from '../../../../src/store/elasticsearch/upkeep/lease.ts'
import { targetOf } from '../../../elasticsearch/empty-store.ts'
import { request } from '../../../elasticsearch/request.ts'
import type { ServerAddress } from '../../../elasticsearch/server.ts'
import { elasticsearch } from '../../../elasticsearch/servers.ts'

const server = await elasticsearch('current')
const minute = 60_000
const morning = Date.parse('2026-11-21T02:00:00Z')

describe('the lease of a job', { skip: server.skip ?? false }, () => {
  const address = server as ServerAddress
  const target = targetOf(address)
  const index = leaseIndex(target.prefix)
  let client: Client
  let now = morning
  const jobs: string[] = []
  let job: string

  before(async () => {
    client = (await connect(target)).client
  })
  after(async () => {
    await client?.close()
    await request(address, `/${index}`, { method: 'DELETE' })
  })
  beforeEach(() => {
    now = morning + 10 * minute
    job = `job-${jobs.push('') - 1}`
  })

  const ask = (holder: string, since = morning, clock = () => now) =>
    takeLease(client, target.prefix, { job, holder, since }, clock)

  async function taken(holder: string): Promise<Lease> {
    const answer = await ask(holder)
    assert.ok(answer instanceof Lease, JSON.stringify(answer))
    return answer
  }

  test('of many who ask at once one gets it, the index being made on the way', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, (_, number) => ask(`agent-${number}`)))
    const holders = answers.flatMap((answer, number) => (answer instanceof Lease ? [`agent-${number}`] : []))
    assert.equal(holders.length, 1)
    for (const answer of answers)
      if (!(answer instanceof Lease)) assert.equal(answer.status === 'held' && answer.holder, holders[0])
    const { [index]: made } = await request(address, `/${index}`)
    const { mappings, settings } = made as {
      mappings: Record<string, unknown>
      settings: { index: { hidden: string } }
    }
    assert.equal(mappings['dynamic'], 'false')
    assert.equal(settings.index.hidden, 'true')
  })

  test('is not to be had while another holds it, and is when it was given back undone', async () => {
    const lease = await taken('a')
    assert.deepEqual(await ask('b'), { status: 'held', holder: 'a', until: now + leaseMs })
    await lease.release({ done: false })
    await taken('b')
  })

  test('what was done since need not be done again, and is on another day', async () => {
    const began = now
    const lease = await taken('a')
    now += 5 * minute
    await lease.release({ done: true })
    assert.deepEqual(await ask('b'), { status: 'done', at: began })
    assert.ok((await ask('b', began + 1)) instanceof Lease)
  })

  test('work that was given up does not hide that the job was done before', async () => {
    const began = now
    await (await taken('a')).release({ done: true })
    now += 60 * minute
    const second = await ask('b', now)
    assert.ok(second instanceof Lease)
    await second.release({ done: false })
    assert.deepEqual(await ask('c'), { status: 'done', at: began })
  })

  test('passes on from a holder that died, who can no longer renew it', async () => {
    const dead = await taken('dead')
    now += leaseMs - 1
    assert.equal(((await ask('heir')) as { status: string }).status, 'held')
    now += 1
    await taken('heir')
    assert.equal(await dead.renew(), false)
    await dead.release({ done: true })
    assert.deepEqual(await ask('third'), { status: 'held', holder: 'heir', until: now + leaseMs })
  })

  test('stays with a holder that renews it', async () => {
    const lease = await taken('a')
    for (let round = 0; round < 3; round++) {
      now += leaseMs - minute
      assert.equal(await lease.renew(), true)
    }
    now += leaseMs - minute
    assert.equal(((await ask('b')) as { status: string }).status, 'held')
  })

  test('a time that a wrong clock wrote far in the future is not believed', async () => {
    const right = now
    now += 400 * 24 * 60 * minute
    const lease = await taken('wrong')
    now = right
    await taken('right')
    now += 400 * 24 * 60 * minute
    await lease.release({ done: true })
    now = right + leaseMs
    await taken('next')
  })

  test('is renewed during the work, and done after it', async () => {
    const lease = await taken('a')
    const signal = new AbortController().signal
    const result = await lease.during(
      async () => {
        now += leaseMs - 1
        await sleep(200)
        now += leaseMs - 1
        assert.equal(((await ask('b')) as { status: string }).status, 'held')
        return 'worked'
      },
      { signal, everyMs: 20 },
    )
    assert.equal(result, 'worked')
    assert.equal(((await ask('b')) as { status: string }).status, 'done')
  })

  test('work that fails leaves it to the next', async () => {
    const lease = await taken('a')
    const { signal } = new AbortController()
    const failing = lease.during(() => Promise.reject(new Error('no')), { signal })
    await assert.rejects(failing, { message: 'no' })
    await taken('b')
  })

  test('work ends when the lease is lost', async () => {
    const lease = await taken('a')
    const { signal } = new AbortController()
    const later = () => now + 2 * leaseMs
    const work = lease.during(
      async (held) => {
        // b may be kept from it while a renews, and the time of a stands still
        while (!((await ask('b', morning, later)) instanceof Lease));
        await sleep(10_000, undefined, { signal: held })
      },
      { signal, everyMs: 20 },
    )
    await assert.rejects(work, { name: 'AbortError' })
    assert.deepEqual(await ask('c'), { status: 'held', holder: 'b', until: later() + leaseMs })
  })
})
