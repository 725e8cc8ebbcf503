// Waiting for a merge: whatever becomes of the requests that ask for it, and whatever the login may ask.
import assert from 'node:assert/strict'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { connect } from '../../../../src/store/elasticsearch/connection/client.ts'
import { failureOf } from '../../../../src/store/elasticsearch/connection/failure.ts'
import { mergeIndex, type Watching } from '../../../../src/store/elasticsearch/upkeep/force-merge.ts'
import { targetOf } from '../../../elasticsearch/empty-store.ts'
import { request } from '../../../elasticsearch/request.ts'
import type { ServerAddress } from '../../../elasticsearch/server.ts'
import { elasticsearch } from '../../../elasticsearch/servers.ts'

const server = await elasticsearch('current')

type Answer = { status: number; body?: unknown } | 'cut' | 'silent' | undefined

describe('merging an index', { skip: server.skip ?? false }, () => {
  const address = server as ServerAddress
  const { prefix } = targetOf(address)
  let front: http.Server
  let asked: string[]
  /** What a request gets in place of the server's answer. */
  let instead: (request: string, count: number) => Answer
  let indices = 0

  before(async () => {
    front = http.createServer((incoming, outgoing) => {
      const what = `${incoming.method} ${incoming.url}`
      asked.push(what)
      const answer = instead(what, asked.filter((each) => each === what).length)
      if (answer === 'cut') return void incoming.socket.destroy()
      if (answer === 'silent') return
      if (answer !== undefined) {
        outgoing.writeHead(answer.status, {
          'content-type': 'application/vnd.elasticsearch+json;compatible-with=8',
          'x-elastic-product': 'Elasticsearch',
        })
        return void outgoing.end(JSON.stringify(answer.body ?? {}))
      }
      const { host: _host, ...headers } = incoming.headers
      const passed = http.request(
        address.url + incoming.url,
        { agent: false, method: incoming.method, headers },
        (reply) => {
          outgoing.writeHead(reply.statusCode ?? 500, reply.headers)
          reply.pipe(outgoing)
        },
      )
      incoming.pipe(passed)
    })
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
  })
  after(async () => {
    front.closeAllConnections()
    await new Promise((resolve) => front.close(resolve))
    for (let number = 1; number <= indices; number++)
      await request(address, `/${prefix}${number}`, { method: 'DELETE' })
  })

  /** A new index of three segments. */
  async function indexOfThree(): Promise<string> {
    indices++
    const index = prefix + indices
    await request(address, `/${index}`, { method: 'PUT', body: { settings: { number_of_replicas: 0 } } })
    for (const value of [1, 2, 3])
      await request(address, `/${index}/_doc?refresh=true`, { method: 'POST', body: { value } })
    assert.equal(await segmentsOf(index), 3)
    return index
  }

  async function segmentsOf(index: string): Promise<number> {
    const answer = await request(address, `/${index}/_stats/segments`)
    return (answer as { _all: { total: { segments: { count: number } } } })._all.total.segments.count
  }

  async function merged(index: string, timeout_s = 30, watching: Watching = {}): Promise<void> {
    const { port } = front.address() as AddressInfo
    const { client } = await connect({ ...targetOf(address), nodes: [`http://127.0.0.1:${port}`], timeout_s })
    try {
      await mergeIndex(client, index, watching)
    } finally {
      await client.close()
    }
  }

  const cases: [string, typeof instead][] = [
    ['as the server says', () => undefined],
    [
      'when looks are refused, cut off and not answered',
      (what, count) =>
        what.includes('/_tasks/')
          ? (['cut', { status: 429 }, 'silent', { status: 503 }] as const)[count - 1]
          : undefined,
    ],
    [
      'when the login may not ask for tasks',
      (what) =>
        what.includes('/_tasks/')
          ? {
              status: 403,
              body: {
                error: { type: 'security_exception', reason: 'action [cluster:monitor/task/get] is unauthorized' },
              },
            }
          : undefined,
    ],
    [
      'when the node that had the task is gone',
      (what) =>
        what.includes('/_tasks/')
          ? { status: 404, body: { error: { type: 'resource_not_found_exception' } } }
          : undefined,
    ],
  ]
  for (const [when, answers] of cases)
    test(`waits for the end of it ${when}`, async () => {
      const index = await indexOfThree()
      asked = []
      instead = answers
      await merged(index, 1)
      assert.equal(await segmentsOf(index), 1)
      assert.equal(asked.filter((what) => what.includes('_forcemerge')).length, 1)
    })

  test('tells what the server could not do', async () => {
    asked = []
    instead = (what) =>
      what.includes('/_tasks/')
        ? {
            status: 200,
            body: {
              completed: true,
              response: { _shards: { failures: [{ reason: { type: 'io', reason: 'no space left' } }] } },
            },
          }
        : undefined
    await assert.rejects(merged(await indexOfThree()), (error: Error) =>
      JSON.stringify(error).includes('no space left'),
    )
  })

  test('gives up where nothing is merged', async () => {
    const index = await indexOfThree()
    asked = []
    const idle = { segments: { count: 3 }, merges: { current: 0 } }
    instead = (what) => {
      if (what.includes('/_tasks/')) return { status: 404, body: {} }
      if (!what.includes('/_stats/')) return undefined
      return { status: 200, body: { _shards: { successful: 1 }, indices: { [index]: { total: idle } } } }
    }
    const failure = { kind: 'server', reason: 'the server does not merge it' }
    await assert.rejects(merged(index, 30, { idleMs: 200 }), (error) => {
      assert.deepEqual(failureOf(error), failure)
      return true
    })
    assert.ok(asked.filter((what) => what.includes('/_stats/')).length > 1)
  })

  test('an index that is gone needs none', async () => {
    asked = []
    instead = () => undefined
    await merged(`${prefix}gone`)
  })

  test('stops waiting when it is told to', async () => {
    const index = await indexOfThree()
    asked = []
    instead = (what) => (what.includes('/_tasks/') ? { status: 200, body: { completed: false } } : undefined)
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 300)
    await assert.rejects(merged(index, 30, { signal: stop.signal }), (error) => failureOf(error).kind === 'aborted')
    assert.ok(asked.filter((what) => what.includes('/_tasks/')).length > 1)
  })
})
