// What a delivery into a real Elasticsearch survives.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Certificate, certificate } from '../elasticsearch/certificate.ts'
import type { ServerAddress } from '../elasticsearch/server.ts'
import { elasticsearch } from '../elasticsearch/servers.ts'
import { type Fault, FaultProxy, type ProxyOptions } from './fault-proxy.ts'
import { FaultRun } from './fault-run.ts'
import { snapshot } from './open.ts'

const server = await elasticsearch('current')

describe('a delivery through a faulty network', { skip: server.skip ?? false, timeout: 120_000 }, () => {
  async function faulty(
    t: TestContext,
    { tls, ...options }: ConstructorParameters<typeof FaultRun>[1] & Pick<ProxyOptions, 'tls'> = {},
  ): Promise<{ run: FaultRun; proxy: FaultProxy }> {
    const address = server as ServerAddress
    const proxy = new FaultProxy({ url: address.url, ...(tls && { tls }) })
    await proxy.start()
    const run = await new FaultRun(address, { ...options, through: { nodes: [proxy.url], ...options.through } }).open()
    t.after(async () => {
      await run.close()
      await proxy.close()
    })
    return { run, proxy }
  }

  test('waits through a storm of 429 and sends what came meanwhile', async (t) => {
    const { run, proxy } = await faulty(t)
    await run.write(20)
    await run.drained()
    proxy.fault = () => ({ kind: 'answer', status: 429, headers: { 'retry-after': '0' } })
    for (let round = 0; round < 10; round++) {
      await run.write(20)
      await sleep(30)
    }
    await run.until(({ state }) => state === 'paused')
    const asked = proxy.bulks
    assert.equal(run.delivery.figures().queued_documents, 200)
    proxy.fault = () => ({ kind: 'pass' })
    await run.drained()
    await run.assertKept()
    assert.ok(asked < 30, `${asked} requests in the storm`)
    assert.deepEqual(run.said.filter((line) => /paused|goes on/.test(line)).length, 2, run.said.join('\n'))
  })

  /** What becomes of every other of the first bulks. */
  const passing: [name: string, fault: (count: number) => Fault][] = [
    [
      'some operations come back with 429',
      (n) => ({ kind: 'some', refused: (at) => (at * 7 + n) % 5 === 0, status: 429 }),
    ],
    ['some operations come back with 503', (n) => ({ kind: 'some', refused: (at) => (at + n) % 7 < 2, status: 503 })],
    ['the connection breaks in mid answer', () => ({ kind: 'cut' })],
    ['answers come after the time of a request', () => ({ kind: 'late', ms: 1300 })],
    ['requests are taken and never answered', () => ({ kind: 'hang' })],
    ['the server fails with 500', () => ({ kind: 'answer', status: 500 })],
  ]
  for (const [name, fault] of passing) {
    test(`keeps every snapshot once where ${name}`, async (t) => {
      const { run, proxy } = await faulty(t, { through: { timeout_s: 1 }, bulkBytes: 4000 })
      proxy.fault = (count) => (count % 2 === 1 && count < 8 ? fault(count) : { kind: 'pass' })
      for (let round = 0; round < 4; round++) {
        await run.write(10)
        await sleep(20)
      }
      await run.drained()
      await run.assertKept()
      assert.ok(proxy.bulks > 3, `${proxy.bulks} bulks`)
    })
  }

  test('is not held up by a server that takes connections and never answers', async (t) => {
    const { run, proxy } = await faulty(t, { through: { timeout_s: 1 } })
    proxy.everything = { kind: 'hang' }
    await run.write(20)
    await run.until(({ state }) => state === 'paused')
    const since = Date.now()
    const left = await run.delivery.close({ within_ms: 300 })
    assert.ok(Date.now() - since < 2000)
    assert.equal(left.documents, 20)
    proxy.everything = { kind: 'pass' }
    await run.reopen()
    await run.drained()
    await run.assertKept()
  })

  test('sets aside what the server will never take, and delivers the rest of its bulk', async (t) => {
    const { run } = await faulty(t)
    await run.write(10)
    // JavaScript reads such a time, the mapping does not
    const strange = { ...snapshot('/strange', 'x', 1), '@timestamp': 'Wed, 18 Nov 2026 10:00:01 GMT' }
    await run.delivery.write([strange])
    await run.write(10)
    await run.drained()
    await run.assertKept()
    const letters = readFileSync(run.deadLetters, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.equal(letters.length, 1)
    assert.equal(run.delivery.figures().rejected_total, 1)
    assert.match(JSON.stringify(letters[0]), /failed to parse/)
  })

  test('drops the oldest of a full outbox only, and never the newest state of a path', async (t) => {
    const { run, proxy } = await faulty(t, { maxBytes: 400_000 })
    await run.write(5)
    await run.drained()
    await proxy.stop()
    const filler = Array.from({ length: 2000 }, (_, word) => (word * 7919).toString(36)).join(' ')
    for (let round = 0; round < 40; round++)
      await run.write(5, (document) => ({ ...document, content: `${document.content} ${round} ${filler}` }))
    const { dropped_total, queued_documents } = run.delivery.figures()
    assert.ok(dropped_total > 50, `${dropped_total} dropped`)
    assert.equal(queued_documents + dropped_total, 200)
    await proxy.start()
    await run.drained()
    const kept = new Set(await run.history())
    const lost = run.stored.filter((id) => !kept.has(id))
    assert.equal(lost.length, dropped_total)
    for (const path of Map.groupBy(run.stored.slice(5), (id) => id.split('@')[0]).values()) {
      const ages = path.map((id) => kept.has(id))
      assert.ok(ages.indexOf(true) > ages.lastIndexOf(false), `not the oldest went: ${ages}`)
    }
    await run.assertKept({ without: new Set(lost) })
  })

  test('stops at a certificate that is no longer good, and goes on with the next one', async (t) => {
    const certificates = { good: newCertificate(t), expired: newCertificate(t, -1), foreign: newCertificate(t) }
    const { good, expired, foreign } = certificates
    const { run, proxy } = await faulty(t, { tls: pairOf(good), through: { tls: { ca: good.ca + expired.ca } } })
    const sendsWith = async (shown: Certificate, reason?: RegExp) => {
      proxy.showCertificate(pairOf(shown))
      await run.write(10)
      if (reason === undefined) return run.drained()
      await run.until(({ state, reason: told = '' }) => state === 'paused' && reason.test(told))
    }
    await sendsWith(good)
    await sendsWith(expired, /expired/)
    await sendsWith(good)
    await sendsWith(foreign, /certificate|authority/)
    await sendsWith(good)
    await run.assertKept()
    assert.equal(run.said.filter((line) => line.startsWith('warn delivery paused')).length, 2, run.said.join('\n'))
  })
})

function newCertificate(t: TestContext, days?: number): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'mitra-certificate-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return certificate(folder, days === undefined ? {} : { days })
}

function pairOf({ certificate: cert, key }: Certificate) {
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
}
