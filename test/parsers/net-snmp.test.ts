import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Counter,
  isGauge,
  numbersOf,
  parseCounterLines,
  parseNetSnmp,
  parseNetSnmp6,
} from '../../src/parsers/net-snmp.ts'
import { survives, withCarriageReturns } from './malformed.ts'

const snmp = `Ip: Forwarding DefaultTTL InReceives
Ip: 2 64 15225
IcmpMsg: InType3 OutType3
IcmpMsg: 4 4
Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens
Tcp: 1 200 120000 -1 217
`
const netstat = `TcpExt: SyncookiesSent ListenOverflows ListenDrops
TcpExt: 0 18 21
IpExt: InNoRoutes InOctets
IpExt: 0 18446744073709551615
`
const snmp6 = `Ip6InReceives                   \t83
Icmp6OutType135                 \t2
Udp6InDatagrams                 \t5
UdpLite6InErrors                \t0
`
const own = 'Ip.Forwarding 2\nTcp.MaxConn -1\nTcpExt.ListenOverflows 18\nIpExt.InOctets 18446744073709551615\n'

test('pairs names with values', () => {
  assert.deepEqual(parseNetSnmp(snmp), [
    ['Ip.Forwarding', '2'],
    ['Ip.DefaultTTL', '64'],
    ['Ip.InReceives', '15225'],
    ['IcmpMsg.InType3', '4'],
    ['IcmpMsg.OutType3', '4'],
    ['Tcp.RtoAlgorithm', '1'],
    ['Tcp.RtoMin', '200'],
    ['Tcp.RtoMax', '120000'],
    ['Tcp.MaxConn', '-1'],
    ['Tcp.ActiveOpens', '217'],
  ])
  assert.deepEqual(parseNetSnmp(netstat)[1], ['TcpExt.ListenOverflows', '18'])
})

test('reads the counters of IPv6', () => {
  assert.deepEqual(parseNetSnmp6(snmp6), [
    ['Ip6.InReceives', '83'],
    ['Icmp6.OutType135', '2'],
    ['Udp6.InDatagrams', '5'],
    ['UdpLite6.InErrors', '0'],
  ])
  assert.deepEqual(parseNetSnmp6('Ip6\nIp6InReceives\nIp6InReceives x\nTcp6In 1\n'), [])
})

test('keeps the digits as they are, and makes numbers of those within 64 bits', () => {
  const counters = parseNetSnmp(netstat)
  assert.deepEqual(counters.at(-1), ['IpExt.InOctets', '18446744073709551615'])
  assert.equal(numbersOf(counters).has('IpExt.InOctets'), false)
  assert.equal(numbersOf(counters).get('TcpExt.ListenDrops'), 21)
})

test('reads back its own text', () => {
  const counters = [...parseNetSnmp(snmp), ...parseNetSnmp6(snmp6), ...parseNetSnmp(netstat)]
  assert.deepEqual(parseCounterLines(counters.map((counter) => `${counter.join(' ')}\n`).join('')), counters)
  for (const line of ['', 'Ip', 'Ip.In', 'In 1', 'Ip.In 1 2', 'Ip.In.Out 1', '.In 1', 'Ip. 1', 'Ip.In x', 'Ip.In  1'])
    assert.deepEqual(parseCounterLines(line), [], line)
})

test('reads the same with carriage returns', () => {
  assert.deepEqual(parseNetSnmp(withCarriageReturns(snmp)), parseNetSnmp(snmp))
  assert.deepEqual(parseNetSnmp6(withCarriageReturns(snmp6)), parseNetSnmp6(snmp6))
  assert.deepEqual(parseCounterLines(withCarriageReturns(own)), parseCounterLines(own))
})

test('gives what stands in both lines when their columns differ in number', () => {
  assert.deepEqual(parseNetSnmp('Ip: A B C\nIp: 1 2\n'), [
    ['Ip.A', '1'],
    ['Ip.B', '2'],
  ])
  assert.deepEqual(parseNetSnmp('Ip: A\nIp: 1 2 3\n'), [['Ip.A', '1']])
})

test('goes on behind a pair that is broken', () => {
  const good: Counter[] = [['Udp.InDatagrams', '7']]
  const pair = 'Udp: InDatagrams\nUdp: 7\n'
  for (const broken of [
    'Tcp: A B\n',
    'Tcp: 1 2\n',
    'Tcp: A\nIp: 1\n',
    'Tcp: A\nTcp: x\n',
    'Tcp:\nTcp:\n',
    ': A\n: 1\n',
    '\0\n',
  ])
    assert.deepEqual(parseNetSnmp(broken + pair), good, JSON.stringify(broken))
  assert.deepEqual(parseNetSnmp('Tcp: A 2 B\nTcp: 1 2 x\n'), [['Tcp.A', '1']])
})

test('gives at most 2000 counters', () => {
  const names = Array.from({ length: 5000 }, (_, index) => `N${index}`)
  assert.equal(parseNetSnmp(`Ip: ${names.join(' ')}\nIp: ${names.map(() => 1).join(' ')}\n`).length, 2000)
  assert.equal(parseNetSnmp(names.map((name) => `Ip: ${name}\nIp: 1\n`).join('')).length, 2000)
  assert.equal(parseNetSnmp6(names.map((name) => `Ip6${name} 1\n`).join('')).length, 2000)
  assert.equal(parseCounterLines(names.map((name) => `Ip.${name} 1\n`).join('')).length, 2000)
})

test('tells levels and settings from counts', () => {
  assert.ok(isGauge('Tcp.CurrEstab') && isGauge('Ip.Forwarding'))
  assert.ok(!isGauge('TcpExt.ListenOverflows'))
})

test('survives malformed text', () => {
  const check = (counters: Counter[]) => {
    for (const [name, digits] of counters) assert.match(`${name} ${digits}`, /^[A-Za-z]\w*\.\w+ -?\d{1,20}$/)
    for (const number of numbersOf(counters).values()) assert.ok(Math.abs(number) < 2 ** 63)
  }
  survives(parseNetSnmp, [snmp, netstat], check)
  survives(parseNetSnmp6, [snmp6], check)
  survives(parseCounterLines, [own], check)
})
