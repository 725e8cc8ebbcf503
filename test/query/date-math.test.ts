import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { ActionableError } from '../../src/errors.ts'
import { parseTime } from '../../src/query/date-math.ts'

const now = Date.parse('2026-11-18T10:30:45.678Z')

function shown(text: string, roundUp: boolean): string {
  return new Date(parseTime(text, { now, roundUp })).toISOString()
}

describe('reads a time, rounded down and up', () => {
  const rows: readonly (readonly [text: string, down: string, up: string])[] = [
    ['2026', '2026-01-01T00:00:00.000Z', '2026-12-31T23:59:59.999Z'],
    ['2026-02', '2026-02-01T00:00:00.000Z', '2026-02-28T23:59:59.999Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z', '2028-02-29T23:59:59.999Z'],
    ['2026-11-18T10', '2026-11-18T10:00:00.000Z', '2026-11-18T10:59:59.999Z'],
    ['2026-11-18T10:30', '2026-11-18T10:30:00.000Z', '2026-11-18T10:30:59.999Z'],
    ['2026-11-18 10:30', '2026-11-18T10:30:00.000Z', '2026-11-18T10:30:59.999Z'],
    ['2026-11-18T10:30:45', '2026-11-18T10:30:45.000Z', '2026-11-18T10:30:45.999Z'],
    ['2026-11-18T10:30:45.6789', '2026-11-18T10:30:45.678Z', '2026-11-18T10:30:45.678Z'],
    ['2026-11-18T10:30:45,5Z', '2026-11-18T10:30:45.500Z', '2026-11-18T10:30:45.500Z'],
    ['2026-11-18T10:30+01:00', '2026-11-18T09:30:00.000Z', '2026-11-18T09:30:59.999Z'],
    ['2026-11-18T10:30-0530', '2026-11-18T16:00:00.000Z', '2026-11-18T16:00:59.999Z'],
    ['2026-11-18T10+02', '2026-11-18T08:00:00.000Z', '2026-11-18T08:59:59.999Z'],
    ['0001-01-01', '0001-01-01T00:00:00.000Z', '0001-01-01T23:59:59.999Z'],
    ['1795003200000', '2026-11-18T12:00:00.000Z', '2026-11-18T12:00:00.000Z'],
    ['now', '2026-11-18T10:30:45.678Z', '2026-11-18T10:30:45.678Z'],
    ['now-2h', '2026-11-18T08:30:45.678Z', '2026-11-18T08:30:45.678Z'],
    ['now+d', '2026-11-19T10:30:45.678Z', '2026-11-19T10:30:45.678Z'],
    ['now-1w', '2026-11-11T10:30:45.678Z', '2026-11-11T10:30:45.678Z'],
    ['now-90s', '2026-11-18T10:29:15.678Z', '2026-11-18T10:29:15.678Z'],
    ['now/d', '2026-11-18T00:00:00.000Z', '2026-11-18T23:59:59.999Z'],
    ['now/w', '2026-11-16T00:00:00.000Z', '2026-11-22T23:59:59.999Z'],
    ['now/M', '2026-11-01T00:00:00.000Z', '2026-11-30T23:59:59.999Z'],
    ['now/y', '2026-01-01T00:00:00.000Z', '2026-12-31T23:59:59.999Z'],
    ['now/H', '2026-11-18T10:00:00.000Z', '2026-11-18T10:59:59.999Z'],
    ['now-1d/d', '2026-11-17T00:00:00.000Z', '2026-11-17T23:59:59.999Z'],
    ['now/d-1h', '2026-11-17T23:00:00.000Z', '2026-11-18T22:59:59.999Z'],
    ['2026-11-01||+1M/d', '2026-12-01T00:00:00.000Z', '2026-12-01T23:59:59.999Z'],
    ['2026-01-31||+1M', '2026-02-28T00:00:00.000Z', '2026-02-28T00:00:00.000Z'],
    ['2028-02-29||-1y', '2027-02-28T00:00:00.000Z', '2027-02-28T00:00:00.000Z'],
    ['2026-11-22||/w', '2026-11-16T00:00:00.000Z', '2026-11-22T23:59:59.999Z'],
    ['2026-11-18||', '2026-11-18T00:00:00.000Z', '2026-11-18T23:59:59.999Z'],
    ['today', '2026-11-18T00:00:00.000Z', '2026-11-18T23:59:59.999Z'],
    ['yesterday', '2026-11-17T00:00:00.000Z', '2026-11-17T23:59:59.999Z'],
    ['tomorrow', '2026-11-19T00:00:00.000Z', '2026-11-19T23:59:59.999Z'],
    ['yesterday+10h', '2026-11-17T10:00:00.000Z', '2026-11-17T10:00:00.000Z'],
    [' now ', '2026-11-18T10:30:45.678Z', '2026-11-18T10:30:45.678Z'],
  ]
  for (const [text, down, up] of rows) {
    test(text, () => assert.deepEqual([shown(text, false), shown(text, true)], [down, up]))
  }
})

test('refuses what is no time, and says how to write one', () => {
  const refused = [
    '',
    'x',
    '2026-13',
    '2026-00-01',
    '2026-02-30',
    '2026-11-18T24:00',
    '2026-11-18T10:60',
    '2026-11-18Z',
  ]
  const wrongMaths = [
    'now-',
    'now-1x',
    'now/2d',
    'now 2h',
    '2026-11-18+1d',
    '2026-11-18||x',
    'nowish',
    '20261118',
    '1795003200',
  ]
  for (const text of [...refused, ...wrongMaths, '2026-11-18T10:00+19:00', '2026-11-18T10:30:61']) {
    assert.throws(
      () => parseTime(text, { now }),
      (error) => error instanceof ActionableError && error.message.startsWith('expected a time') && !!error.next,
      text,
    )
  }
  assert.throws(() => parseTime('now+999999999y', { now }), /the time "now\+999999999y" is out of range/)
})

test('means local days and hours where asked to, over changes of the clock too', () => {
  const script = `
    import { parseTime } from ${JSON.stringify(new URL('../../src/query/date-math.ts', import.meta.url).href)}
    const now = Date.parse('2026-03-29T10:00:00Z')
    const options = { now, timeZone: 'local' }
    const times = ['2026-03-29', 'today', 'now+1d', '2026-03-28T12:00||+1d', '2026-07-01T08:00', '2026-07-01T08:00Z', 'now/M']
    const up = ['2026-03-29', 'yesterday', 'now/d']
    const all = [...times.map((text) => parseTime(text, options)), ...up.map((text) => parseTime(text, { ...options, roundUp: true }))]
    console.log(all.map((time) => new Date(time).toISOString()).join(' '))`
  const env = { ...process.env, TZ: 'Europe/Paris' }
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], { env, encoding: 'utf8' })
  assert.deepEqual(printed.trim().split(' '), [
    '2026-03-28T23:00:00.000Z',
    '2026-03-28T23:00:00.000Z',
    '2026-03-30T10:00:00.000Z',
    '2026-03-29T10:00:00.000Z',
    '2026-07-01T06:00:00.000Z',
    '2026-07-01T08:00:00.000Z',
    '2026-02-28T23:00:00.000Z',
    '2026-03-29T21:59:59.999Z',
    '2026-03-28T22:59:59.999Z',
    '2026-03-29T21:59:59.999Z',
  ])
})

test('reads back every time that JavaScript prints', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }), (date) => {
      assert.equal(parseTime(date.toISOString(), { now }), date.getTime())
    }),
  )
})

test('never rounds up to before the rounded down', () => {
  const unit = fc.constantFrom('y', 'M', 'w', 'd', 'h', 'm', 's')
  const step = fc.oneof(
    unit.map((name) => `/${name}`),
    fc
      .tuple(fc.integer({ min: -400, max: 400 }), unit)
      .map(([count, name]) => `${count < 0 ? count : `+${count}`}${name}`),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 4 }), (steps) => {
      const text = `now${steps.join('')}`
      assert(parseTime(text, { now }) <= parseTime(text, { now, roundUp: true }), text)
    }),
  )
})
