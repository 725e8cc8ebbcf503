import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProgress, createWaiting } from '../../src/terminal/progress.ts'
import { captured } from '../commands/captured-io.ts'

test('a terminal sees the line, at most ten times a second, and then no more', () => {
  const { io, stderr } = captured({ terminal: true, columns: 20 })
  let now = 0
  const progress = createProgress({ ...io, now: () => now })
  progress.update('one')
  progress.update('two')
  now = 100
  progress.update('a text longer than the terminal')
  progress.clear()
  progress.clear()
  assert.equal(stderr(), '\rone\x1b[K\ra text longer than…\x1b[K\r\x1b[K')
})

test('a pipe sees nothing', () => {
  const { io, stderr } = captured({})
  const progress = createProgress(io)
  progress.update('one')
  progress.clear()
  assert.equal(stderr(), '')
})

test('who wants quiet sees nothing at a terminal either', () => {
  const { io, stderr } = captured({ terminal: true })
  const progress = createProgress(io, { quiet: true })
  progress.update('one')
  progress.clear()
  assert.equal(stderr(), '')
})

test('work that takes over a second shows for how long, only while it is waited for', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const { io, stderr } = captured({ terminal: true })
  let now = 0
  const pass = (milliseconds: number) => {
    now += milliseconds
    t.mock.timers.tick(milliseconds)
  }
  const waiting = createWaiting({ ...io, now: () => now }, 'waiting for it')
  const answer = Promise.withResolvers<string>()
  const waited = waiting.during(() => answer.promise)
  pass(999)
  assert.equal(stderr(), '')
  pass(1501)
  assert.equal(stderr(), '\rwaiting for it, 2.0 s\x1b[K')
  answer.resolve('done')
  assert.equal(await waited, 'done')
  pass(5000)
  waiting.end()
  assert.equal(stderr(), '\rwaiting for it, 2.0 s\x1b[K\r\x1b[K')
})

test('in a pipe nothing is shown of waiting, and a failure of the work is that of the wait', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const { io, stderr } = captured({})
  const waiting = createWaiting(io, 'waiting')
  await assert.rejects(
    waiting.during(() => Promise.reject(new Error('no'))),
    /^Error: no$/,
  )
  t.mock.timers.tick(5000)
  waiting.end()
  assert.equal(stderr(), '')
})
