// What a delivery survives of the server itself: kill -9 in mid bulk, a standstill, and too little memory.
import assert from 'node:assert/strict'
import { after, before, describe, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Server, startServer } from '../elasticsearch/server.ts'
import { elasticsearch } from '../elasticsearch/servers.ts'
import { FaultRun } from './fault-run.ts'

const server = await elasticsearch('current')

describe('a delivery to a server of its own', { skip: server.skip ?? false, timeout: 180_000 }, () => {
  let own: Server

  before(async () => {
    // a bulk of 200 kB is more than it takes at a time
    if (server.skip === undefined)
      own = await startServer('current', { settings: { 'indexing_pressure.memory.limit': '200kb' } })
  })
  after(() => own?.stop())

  async function opened(t: TestContext): Promise<FaultRun> {
    const run = await new FaultRun(own).open()
    t.after(() => run.close())
    return run
  }

  test('sends less at a time to a server that has no memory for more', async (t) => {
    const run = await opened(t)
    const text = 'much text '.repeat(500)
    await run.write(60, (document) => ({ ...document, content: `${document.content} ${text}` }))
    await run.drained()
    assert.match(run.said.join('\n'), /paused/)
    await run.assertKept()
  })

  test('waits for a server that stands still with its connections open', async (t) => {
    const run = await opened(t)
    await run.write(20)
    own.pause()
    await run.write(20)
    await run.until(({ state }) => state === 'paused')
    await run.write(20)
    own.resume()
    await run.drained()
    await run.assertKept()
  })

  test('loses nothing to a kill -9 of the server in mid bulk', async (t) => {
    const run = await opened(t)
    let isWriting = true
    const writing = (async () => {
      for (; isWriting; await sleep(5)) await run.write(20)
    })()
    await run.until(({ delivered_total }) => delivered_total > 100)
    await run.until(({ state, queued_documents }) => state === 'sending' && queued_documents > 0)
    await own.kill()
    await run.until(({ state }) => state === 'paused')
    await sleep(300)
    isWriting = false
    await writing
    await own.start()
    await run.drained()
    await run.assertKept()
  })
})
