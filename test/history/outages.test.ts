import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outagesOf } from '../../src/history/outages.ts'

const every = (from: number, to: number, step: number) =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => ({ at: from + index * step }))
const window = { start: 1000, end: 2000 }

test('a source that goes on is no outage, nor is one that misses two of its turns', () => {
  assert.deepEqual(outagesOf([{ path: 'a', observed: every(0, 2000, 100) }], window), [])
  const late = [...every(0, 1200, 100), ...every(1500, 2000, 100)]
  assert.deepEqual(outagesOf([{ path: 'a', observed: late }], window), [])
})

test('a silence that reaches into the window has its last sample, and its end where there is one', () => {
  const ended = [...every(0, 900, 100), ...every(1300, 2000, 100)]
  assert.deepEqual(outagesOf([{ path: 'a', observed: ended }], window), [
    { path: 'a', status: 'silent', at: 900, until: 1300 },
  ])
  const open = every(0, 1500, 100)
  assert.deepEqual(outagesOf([{ path: 'a', observed: open }], window), [{ path: 'a', status: 'silent', at: 1500 }])
})

test('a silence that was over before the window is none of it', () => {
  const observed = [...every(0, 300, 100), ...every(800, 2000, 100)]
  assert.deepEqual(outagesOf([{ path: 'a', observed }], window), [])
})

test('a source seen too seldom to know its interval is never called silent', () => {
  assert.deepEqual(outagesOf([{ path: 'a', observed: [{ at: 0 }, { at: 500 }] }], window), [])
})

test('the end of a burst is no silence, and a burst goes on for what is silent else', () => {
  const taken = (from: number, to: number) => every(from, to, 5).map((each) => ({ ...each, burst: true as const }))
  const steady = [...every(0, 700, 100), ...taken(710, 780), ...every(800, 1200, 100), ...taken(1205, 1290)]
  const observed = [...steady, ...every(1300, 2000, 100)]
  assert.deepEqual(outagesOf([{ path: 'a', observed }], window), [])
  assert.deepEqual(outagesOf([{ path: 'a', observed: [...steady, { at: 1800 }, { at: 1900 }] }], window), [
    { path: 'a', status: 'silent', at: 1290, until: 1800 },
  ])
})

test('all sources silent at once are one silence of the host', () => {
  const sources = ['a', 'b', 'c'].map((path, shift) => ({
    path,
    observed: [...every(shift, 900, 100), ...every(1500 + shift, 2000, 100)],
  }))
  const [only, ...more] = outagesOf(sources, window)
  assert.deepEqual(only, { status: 'silent', at: 900, until: 1500 })
  assert.deepEqual(more, [])
})

test('one that goes on leaves each its own silence', () => {
  const quiet = [...every(0, 900, 100), ...every(1500, 2000, 100)]
  const sources = [
    { path: 'a', observed: quiet },
    { path: 'b', observed: every(0, 2000, 100) },
    { path: 'c', observed: quiet },
  ]
  assert.deepEqual(
    outagesOf(sources, window).map(({ path }) => path),
    ['a', 'c'],
  )
})

test('a failure counts from where it began, until the source is read again', () => {
  const failing = (from: number, to: number) => every(from, to, 100).map((each) => ({ ...each, error: 'no access' }))
  const observed = [...every(0, 1100, 100), ...failing(1200, 1400), ...every(1500, 1800, 100), ...failing(1900, 2000)]
  assert.deepEqual(outagesOf([{ path: 'a', observed }], window), [
    { path: 'a', status: 'error', at: 1200, until: 1500, error: 'no access' },
    { path: 'a', status: 'error', at: 1900, error: 'no access' },
  ])
  const before = [...failing(0, 1400), ...every(1500, 2000, 100)]
  assert.deepEqual(outagesOf([{ path: 'a', observed: before }], window), [], 'it did not begin in the window')
})
