// The counters of this very machine, against the tools that are known for printing them.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { Root } from '../../src/host/root.ts'
import { isGauge } from '../../src/parsers/net-snmp.ts'
import { netstat } from '../../src/sources/netstat.ts'
import { observeOne } from './observed.ts'

/** A reason to skip: the tool is not there, or is a smaller one of the same name. */
const isAbsent = (tool: string, maker: string) =>
  !spawnSync(tool, ['-V'], { encoding: 'utf8' }).stdout?.includes(maker) && `${tool} of ${maker} is not installed`

const ownCounters = async () => (await observeOne(netstat.create(), new Root())).fields

/** Ours, read between two of theirs: the same where theirs stood still, between them where they moved. */
async function compare(read: () => Map<string, number>): Promise<number> {
  const before = read()
  const ours = await ownCounters()
  const later = read()
  for (const [name, value] of before) {
    const own = ours[`netstat.${name}`]
    const end = later.get(name)
    if (value === end) assert.equal(own, value, name)
    else assert.ok(Number(own) >= value && Number(own) <= Number(end), `${name}: ${value} ${own} ${end}`)
  }
  return before.size
}

test('every counter equals what nstat -azs prints', { skip: isAbsent('nstat', 'iproute2') }, async () => {
  const names = new Map(Object.keys(await ownCounters()).map((name) => [name.slice(8).replace('.', ''), name.slice(8)]))
  const read = () => {
    const rows = execFileSync('nstat', ['-azs'], { encoding: 'utf8' }).matchAll(/^(\w+) +(\d+) /gm)
    return new Map([...rows].map(([, name = '', digits]) => [names.get(name) ?? name, Number(digits)]))
  }
  const compared = await compare(read)
  assert.ok(compared > 100)
  const printed = read()
  const missing = [...names.values()].filter((name) => !printed.has(name))
  // What nstat holds for useless to count: settings and levels.
  assert.deepEqual(
    missing.filter((name) => !isGauge(name)),
    [],
  )
})

/** The words of `netstat -s` for what is asked most. */
const words: [RegExp, string][] = [
  [/^ +(\d+) total packets received$/m, 'Ip.InReceives'],
  [/^ +(\d+) incoming packets delivered$/m, 'Ip.InDelivers'],
  [/^ +(\d+) requests sent out$/m, 'Ip.OutRequests'],
  [/^ +(\d+) active connection openings$/m, 'Tcp.ActiveOpens'],
  [/^ +(\d+) passive connection openings$/m, 'Tcp.PassiveOpens'],
  [/^ +(\d+) failed connection attempts$/m, 'Tcp.AttemptFails'],
  [/^ +(\d+) segments received$/m, 'Tcp.InSegs'],
  [/^ +(\d+) segments sent out$/m, 'Tcp.OutSegs'],
  [/^ +(\d+) segments retransmitted$/m, 'Tcp.RetransSegs'],
  [/^ +(\d+) resets sent$/m, 'Tcp.OutRsts'],
  [/^ +(\d+) times the listen queue of a socket overflowed$/m, 'TcpExt.ListenOverflows'],
  [/^ +(\d+) SYNs to LISTEN sockets dropped$/m, 'TcpExt.ListenDrops'],
]

test('every counter equals what netstat -s prints', { skip: isAbsent('netstat', 'net-tools') }, async () => {
  const known = await ownCounters()
  const read = () => {
    const text = execFileSync('netstat', ['-s'], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } })
    const found = new Map<string, number>()
    for (const [shape, name] of words) {
      const digits = shape.exec(text)?.[1]
      if (digits !== undefined) found.set(name, Number(digits))
    }
    // Those it has no words for stand under their own names below that of their group.
    for (const [, group, lines = ''] of text.matchAll(/^(\w+):\n((?: .*\n)*)/gm))
      for (const [, name, digits] of lines.matchAll(/^ +(\w+): (\d+)$/gm))
        if (known[`netstat.${group}.${name}`] !== undefined && !isGauge(`${group}.${name}`))
          found.set(`${group}.${name}`, Number(digits))
    return found
  }
  assert.ok((await compare(read)) > 10)
})
