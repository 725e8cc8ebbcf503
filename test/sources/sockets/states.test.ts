import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noCounts } from '../../../src/parsers/inet-diag.ts'
import { stateNumber, type TcpState } from '../../../src/parsers/tcp-state.ts'
import { derivedStates, statesOf } from '../../../src/sources/sockets/states.ts'

function counted(v4: Partial<Record<TcpState, number>>, v6: Partial<Record<TcpState, number>> = {}) {
  const counts = noCounts()
  for (const [from, family] of [
    [0, v4],
    [16, v6],
  ] as const)
    for (const [state, count] of Object.entries(family)) counts.states[from + stateNumber[state as TcpState]] = count
  return counts
}

test('each state has a number, requests are SYN_RECV', () => {
  const {
    v4,
    v6,
    all,
    counted: how,
  } = statesOf(counted({ ESTABLISHED: 3, SYN_RECV: 1, NEW_SYN_RECV: 2 }, { LISTEN: 4 }))
  assert.equal(how, 'each')
  assert.deepEqual([v4.ESTABLISHED, v4.SYN_RECV, v4.LISTEN], [3, 3, 0])
  assert.deepEqual([v6.LISTEN, all.LISTEN, all.SYN_RECV, all.TIME_WAIT], [4, 4, 3, 0])
  assert.equal(Object.keys(all).length, 11)
})

test('what was left out follows from the totals of the kernel', () => {
  // 2 listen, 3 wait for a close, 1 of 5 in FIN_WAIT2 is a whole socket: 10 in use leave 4 that are established
  const counts = counted({ LISTEN: 2, CLOSE_WAIT: 3, FIN_WAIT2: 5, SYN_RECV: 9 }, { LISTEN: 1 })
  counts.remnants[0] = 4
  const { all, v4, v6 } = derivedStates(counts, { inuse4: 10, inuse6: 3, timeWait: 20 })
  assert.deepEqual([v4.ESTABLISHED, v6.ESTABLISHED, all.ESTABLISHED], [4, 2, 6])
  assert.equal(all.TIME_WAIT, 16)
  assert.equal(v4.TIME_WAIT, undefined)
})

test('totals of another moment give no negative number', () => {
  const { all } = derivedStates(counted({ LISTEN: 5 }), { inuse4: 3, inuse6: 0, timeWait: 0 })
  assert.deepEqual([all.ESTABLISHED, all.TIME_WAIT], [0, 0])
})
