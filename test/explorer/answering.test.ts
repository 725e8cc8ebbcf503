import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { answerInThread } from '../../src/explorer/answering.ts'

const folder = mkdtempSync(join(tmpdir(), 'mitra-thread-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** Answers with its path and how often it was asked; some paths are slow, deadly or greedy. */
const module = join(folder, 'thread.mjs')
writeFileSync(
  module,
  `import { parentPort } from 'node:worker_threads'
let asked = 0
parentPort.on('message', ({ id, request }) => {
  asked++
  if (request.url === '/slow') for (;;);
  if (request.url === '/dies') process.exit(1)
  if (request.url === '/throws') throw new Error('a defect')
  if (request.url === '/greedy') for (const all = [];;) all.push(new Array(1000).fill(Math.random()))
  if (request.url === '/closed') return parentPort.postMessage({ failure: 'no such store' })
  parentPort.postMessage({ id, answer: { status: 200, type: 'text/plain', body: request.url + ' ' + asked } })
})`,
)
const answering = answerInThread({
  module: pathToFileURL(module),
  data: {},
  page_ms: 700,
  idle_ms: 60_000,
  memory_mb: 32,
})
after(() => answering.close())
const ask = (url: string) => answering.answer({ url, accept: '' })

test('answers from one thread', async () => {
  const answers = await Promise.all([ask('/a'), ask('/b')])
  assert.deepEqual(
    answers.map(({ body }) => body),
    ['/a 1', '/b 2'],
  )
})

const failures: readonly [path: string, status: number, says: RegExp][] = [
  ['/slow', 503, /longer than 0\.7 s and was ended/],
  ['/dies', 500, /its thread has ended/],
  ['/throws', 500, /a defect/],
  ['/greedy', 500, /memory/],
  ['/closed', 503, /no such store/],
]
for (const [path, status, says] of failures)
  test(`${path} is told, and the next question is answered by a new thread`, async () => {
    const answer = await ask(path)
    assert.equal(answer.status, status)
    assert.match(answer.body, says)
    assert.equal((await ask('/next')).body, '/next 1')
  })

test('a thread that nobody asks ends', async () => {
  const brief = answerInThread({ module: pathToFileURL(module), data: {}, page_ms: 2000, idle_ms: 50, memory_mb: 32 })
  assert.equal((await brief.answer({ url: '/x', accept: '' })).body, '/x 1')
  await new Promise((done) => setTimeout(done, 300))
  assert.equal((await brief.answer({ url: '/y', accept: '' })).body, '/y 1')
  await brief.close()
})
