import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { DayBudget } from '../../src/agent/day-budget.ts'

const folder = mkdtempSync(join(tmpdir(), 'mitra-budget-'))
after(() => rmSync(folder, { recursive: true }))

const noon = Date.parse('2026-11-18T12:00:00Z')
const hour = 3_600_000

function budget(name: string, at = noon) {
  const clock = { now: at }
  const file = join(folder, name)
  return { clock, file, open: () => new DayBudget({ maxBytes: 1000, file, now: () => clock.now }) }
}

test('counts the bytes of a day and begins anew with the next', () => {
  const { clock, open } = budget('days')
  const days = open()
  days.spend(700)
  days.spend(400)
  assert.deepEqual([days.spent, days.left], [1100, -100])
  clock.now += 12 * hour
  assert.deepEqual([days.spent, days.left], [0, 1000])
})

test('an agent that is killed and starts again has the same day', () => {
  const { clock, open } = budget('killed')
  const first = open()
  first.spend(300)
  clock.now += 200
  first.spend(100)
  // what is lost is less than a second of it
  assert.equal(open().spent, 300)
  first.keep()
  assert.equal(open().spent, 400)
  clock.now += 24 * hour
  assert.equal(open().spent, 0)
})

test('a clock that is set back over midnight gives no second day, one that was years ahead does not stop everything', () => {
  const { clock, open } = budget('clock', Date.parse('2026-11-19T00:00:30Z'))
  const days = open()
  days.spend(900)
  clock.now -= 60_000
  assert.equal(days.spent, 900)
  clock.now -= 1000 * 24 * hour
  assert.equal(days.spent, 0)
})

for (const text of ['', '{', 'null', '[]', '{"day":"x","bytes":3}', '{"day":20775,"bytes":-9}'])
  test(`begins anew on a file that holds ${text || 'nothing'}`, () => {
    const { file, open } = budget('damaged')
    writeFileSync(file, text)
    const days = open()
    assert.equal(days.spent, 0)
    days.spend(5)
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), { day: Math.floor(noon / (24 * hour)), bytes: 5 })
  })

test('bounds this process where nothing can be written', () => {
  const { file, open } = budget('no/such/folder')
  const days = open()
  days.spend(1200)
  assert.deepEqual([days.left, existsSync(file)], [-200, false])
})
