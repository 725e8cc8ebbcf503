import assert from 'node:assert/strict'
import { test } from 'node:test'
import { durationOf, moment, type ViewOptions, viewOf } from '../../src/commands/moment.ts'
import type { View } from '../../src/store/store.ts'
import { captured } from './captured-io.ts'

const now = Date.UTC(2026, 10, 21, 12)
const { io } = captured({ now })
const today = Math.floor(now / 86_400_000)
const midnight = today * 86_400_000
const nothing: ViewOptions = { at: undefined, day: undefined, from: undefined, to: undefined, history: false }

const views: [title: string, given: Partial<ViewOptions>, view: View][] = [
  ['no option asks the newest states', {}, { kind: 'latest' }],
  ['--at asks a moment', { at: '2026-11-20T10:00:00.000Z' }, { kind: 'moment', at: midnight - 14 * 3_600_000 }],
  ['--at asks the end of a day', { at: '2026-11-20' }, { kind: 'moment', at: new Date(2026, 10, 21).getTime() - 1 }],
  ['--day asks the end of the day', { day: '2026-11-20' }, { kind: 'moment', at: midnight - 1 }],
  ['--day takes words', { day: 'yesterday' }, { kind: 'moment', at: midnight - 1 }],
  ['--from asks the days until now', { from: 'now-2d' }, { kind: 'days', from: today - 2, to: today }],
  ['--to asks all days before', { to: '2026-11-20' }, { kind: 'days', from: 0, to: today - 1 }],
  [
    'both bounds ask the days between',
    { from: '2026-11-18', to: '2026-11-19' },
    { kind: 'days', from: today - 3, to: today - 2 },
  ],
  ['--history asks every version', { history: true }, { kind: 'history' }],
  [
    '--history and bounds ask the versions between, the last second whole',
    { history: true, from: '2026-11-20T10:00:00Z', to: '2026-11-20T10:00:05Z' },
    { kind: 'history', from: midnight - 14 * 3_600_000, to: midnight - 14 * 3_600_000 + 5999 },
  ],
  [
    '--history and --day ask the versions of that day',
    { history: true, day: 'yesterday' },
    { kind: 'history', from: midnight - 86_400_000, to: midnight - 1 },
  ],
]

for (const [title, given, view] of views)
  test(title, () => {
    assert.deepEqual(viewOf({ ...nothing, ...given }, io), view)
  })

const mistakes: [title: string, given: Partial<ViewOptions>, message: RegExp][] = [
  ['--at excludes the rest', { at: 'now', history: true }, /^--at excludes --day, --from, --to and --history$/],
  ['--day excludes bounds', { day: 'today', to: 'today' }, /^--day excludes --from and --to$/],
  ['bounds in the wrong order are a mistake', { from: '2026-11-20', to: '2026-11-19' }, /^--from is later than --to$/],
  ['what is no time is told with its option', { to: 'soon' }, /^--to: expected a time, found "soon"$/],
]

for (const [title, given, message] of mistakes)
  test(title, () => {
    assert.throws(() => viewOf({ ...nothing, ...given }, io), { name: 'ActionableError', message })
  })

test('a time without a zone is local', () => {
  const local = new Date(2026, 10, 20, 10, 30).getTime()
  assert.equal(moment('2026-11-20T10:30', '--at', io), local)
})

test('durations have a number and a unit', () => {
  assert.equal(durationOf('90s', '--silent'), 90_000)
  assert.equal(durationOf('30m', '--silent'), 1_800_000)
  assert.equal(durationOf('5min', '--silent'), 300_000)
  assert.equal(durationOf('1.5 h', '--silent'), 5_400_000)
  assert.equal(durationOf('2d', '--silent'), 172_800_000)
  assert.equal(durationOf('1w', '--silent'), 604_800_000)
  for (const text of ['', 'h', '1', '-1h', '1y', '1h2m', 'constructor', '1toString'])
    assert.throws(() => durationOf(text, '--silent'), /^ActionableError: --silent: expected a duration, found /)
})
