import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Root } from '../../src/host/root.ts'
import { stat } from '../../src/sources/stat.ts'
import { fixtureRoot, observeOne, putFile, treeOf } from './observed.ts'

test('processors of a host are told together, and the text without its single interrupts', async () => {
  const { content = '', fields } = await observeOne(stat.create(), fixtureRoot('numa8-4.15'))
  assert.match(content, /^intr \d+$/m)
  assert.match(content, /^cpu63 /m)
  const names = Object.keys(fields).filter((name) => name.startsWith('stat.cpu'))
  assert.deepEqual(names.length, 10)
  const [first] = stat.formats
  assert.deepEqual(first?.fields(content), fields)
})

test('shares and rates are of the time between two passes; one busy processor of four shows', async () => {
  const base = treeOf()
  const collect = stat.create()
  const at = async (seconds: number, cpus: [user: number, idle: number][], ctxt: number) => {
    const sum = (index: 0 | 1) => cpus.reduce((all, cpu) => all + cpu[index], 0)
    const rows = [['cpu ', sum(0), sum(1)], ...cpus.map(([user, idle], number) => [`cpu${number}`, user, idle])]
    const lines = rows.map(([name, user, idle]) => `${name} ${user} 0 0 ${idle} 0 0 0 0 0 0\n`)
    putFile(base, 'proc/stat', `${lines.join('')}intr 9 9\nctxt ${ctxt}\nprocs_running ${ctxt}\nsoftirq 5 1 1 1 2\n`)
    return (await observeOne(collect, new Root(base), { seconds: () => seconds })).fields
  }
  const first = await at(0, Array(4).fill([100, 100]), 1000)
  assert.deepEqual(
    Object.keys(first).filter((name) => !name.startsWith('stat.')),
    [],
  )
  const second = await at(
    10,
    [
      [1080, 120],
      [100, 1100],
      [100, 1100],
      [100, 1100],
    ],
    1200,
  )
  assert.deepEqual([second['cpu.busy'], second['cpu.user'], second['cpu.idle']], [24.5, 24.5, 75.5])
  assert.equal(second['cpu.busiest'], 98)
  assert.equal(second['stat_rate.ctxt'], 20)
  assert.equal(second['stat_rate.softirq.NET_RX'], 0)
  assert.equal(second['stat_rate.procs_running'], undefined)
  assert.ok(!Object.keys(second).some((name) => name.startsWith('stat_rate.cpu')))
})
