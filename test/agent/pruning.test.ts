import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { Pruning, type PruningOptions } from '../../src/agent/pruning.ts'
import type { PruneAnswer, PruneReport, PruneTurn } from '../../src/store/store.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const midnight = Date.parse('2026-11-21T00:00:00Z')
const nothing: PruneReport = { days: 0, versions: 0, hosts: [], bytes_before: 0, bytes_after: 0 }

let now: number
let said: string[]
let turns: PruneTurn[]
let answer: () => Promise<PruneAnswer>

beforeEach(() => {
  now = midnight
  said = []
  turns = []
  answer = async () => ({ status: 'done', at: now })
})

function pruningOf(host: string, more: Partial<PruningOptions> = {}): Pruning {
  const say = (level: string) => (message: string, fields?: Record<string, unknown>) =>
    void said.push(`${level} ${message}${fields ? ` ${JSON.stringify(fields)}` : ''}`)
  return new Pruning({
    host,
    retention: { days: 90 },
    pruneForFleet: (turn) => {
      turns.push(turn)
      return answer()
    },
    log: { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') },
    now: () => now,
    signal: new AbortController().signal,
    ...more,
  })
}

/** Asks after every cycle for so long; gives the times at which the store was asked. */
async function cycles(pruning: Pruning, lasting: number, every = 5 * minute): Promise<number[]> {
  const times: number[] = []
  for (const end = now + lasting; now < end; now += every) {
    const before = turns.length
    await pruning.daily()
    if (turns.length > before) times.push(now)
  }
  return times
}

test('agents of a fleet ask when they start, and then once a day, each at its own time', async () => {
  const asked: number[] = []
  for (let number = 0; number < 240; number++) {
    now = midnight
    const [first, ...times] = await cycles(pruningOf(`web-${number}`), 2 * day + 5 * minute)
    assert.equal(first, midnight)
    assert.equal(times.length, 2)
    assert.ok(times[1]! - times[0]! === day)
    asked.push(Math.floor((times[0]! - midnight) / hour))
  }
  const hours = Array.from({ length: 24 }, (_, at) => asked.filter((each) => each === at).length)
  assert.ok(Math.max(...hours) < 30 && Math.min(...hours) > 0, hours.join(' '))
})

test('the day of a prune begins when the day before can be merged', async () => {
  for (let number = 0; number < 24; number++) {
    now = midnight
    turns = []
    const times = await cycles(pruningOf(`web-${number}`), 3 * day)
    for (const [at, { since }] of turns.slice(1).entries()) {
      assert.equal(since % day, 2 * hour)
      assert.ok(times[at + 1]! >= since && times[at + 1]! < since + day)
    }
    assert.match(turns[0]?.holder ?? '', new RegExp(`^web-${number}, process \\d+$`))
  }
})

test('a host that is off at its own time has its turn when it starts', async () => {
  const [, own = 0] = await cycles(pruningOf('web-01'), 2 * day)
  turns = []
  // on for an hour a day, twelve hours away from its own time
  for (let days = 2; days < 6; days++) {
    now = own + days * day + 12 * hour
    assert.equal((await cycles(pruningOf('web-01'), hour)).length, 1)
    assert.ok(turns.at(-1)!.since > now - 2 * day)
  }
})

test('asks again in an hour where another agent is at it', async () => {
  answer = async () =>
    turns.length < 3 ? { status: 'held', holder: 'web-02', until: now } : { status: 'done', at: now }
  const [first = 0, ...later] = await cycles(pruningOf('web-01'), day)
  assert.deepEqual(later.slice(0, 2), [first + hour, first + 2 * hour])
})

test('a login without the rights is found out once a day, without a word', async () => {
  answer = async () => ({ status: 'forbidden' })
  const times = await cycles(pruningOf('web-01'), 2 * day)
  assert.ok(times.length <= 3 && times.every((time, at) => at === 0 || time - times[at - 1]! >= day), String(times))
  assert.ok(
    said.every((line) => line.startsWith('debug ')),
    said.join(),
  )
})

test('what fails is told once and tried again', async () => {
  let failures = 3
  answer = async () => {
    if (failures-- > 0) throw new Error('the cluster has no master node now')
    return { status: 'pruned', report: { ...nothing, removed: ['a', 'b'], days: 7, problems: ['nothing is moved'] } }
  }
  const times = await cycles(pruningOf('web-01'), day + 4 * hour, minute)
  assert.deepEqual(
    times.slice(1, 4).map((time, at) => time - times[at]!),
    [15 * minute, 15 * minute, 15 * minute],
  )
  assert.deepEqual(said.slice(0, 5), [
    'warn prune failed {"cause":"the cluster has no master node now"}',
    'debug prune failed {"cause":"the cluster has no master node now"}',
    'debug prune failed {"cause":"the cluster has no master node now"}',
    'info pruned {"days":7,"versions":0,"hosts":0,"removed":2}',
    'warn prune is not complete {"cause":"nothing is moved"}',
  ])
})

test('one prune at a time, however long it takes', async () => {
  let end = () => {}
  answer = () =>
    new Promise((resolve) => {
      end = () => resolve({ status: 'pruned', report: nothing })
    })
  now = midnight + day + 2 * hour - minute
  const pruning = pruningOf('web-01')
  const work = pruning.daily()
  now += minute / 2
  await pruning.daily()
  assert.equal(turns.length, 1)
  end()
  await work
  await pruning.daily()
  assert.equal(turns.length, 1)
})

test('when it is told to stop, nothing is said', async () => {
  const stop = new AbortController()
  answer = async () => {
    stop.abort()
    throw new Error('given up')
  }
  now = midnight + day + 2 * hour - minute
  await pruningOf('web-01', { signal: stop.signal }).daily()
  assert.equal(turns.length, 1)
  assert.deepEqual(said, [])
})

test('by an expression, what another agent did at the same beat is not done again', async () => {
  await pruningOf('web-01').now()
  // spread over ten minutes, by clocks that differ
  assert.equal(now - turns[0]!.since, 11.5 * minute)
})

test('its own store is pruned once a day, and by an expression every time', async () => {
  let prunes = 0
  const own = pruningOf('web-01', {
    pruneForFleet: undefined,
    prune: async () => {
      prunes++
      return nothing
    },
  })
  await cycles(own, day)
  assert.equal(prunes, 1)
  await own.now()
  await own.now()
  assert.equal(prunes, 3)
  assert.deepEqual(said, [])
})
