import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProgress } from '../../src/terminal/progress.ts'
import { captured } from '../commands/captured-io.ts'

test('a terminal sees the line, at most ten times a second, and then no more', () => {
  const { io, stderr } = captured({ terminal: true, columns: 20 })
  let now = 0
  const progress = createProgress(io.stderr, () => now)
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
  const progress = createProgress(io.stderr)
  progress.update('one')
  progress.clear()
  assert.equal(stderr(), '')
})
