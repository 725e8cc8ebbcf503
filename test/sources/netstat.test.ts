import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NoDataError } from '../../src/errors.ts'
import { Root } from '../../src/host/root.ts'
import { netstat } from '../../src/sources/netstat.ts'
import { fixtureRoot, observe, observeOne, putFile, treeOf } from './observed.ts'

test('a full listen queue is counted', async () => {
  const { content = '', fields, ...about } = await observeOne(netstat.create(), fixtureRoot('centos6-2.6.32'))
  assert.deepEqual(about, { path: 'netstat -s', dataset: 'mitra.netstat', kind: 'metric', at: 1000 })
  assert.match(content, /^Ip\.Forwarding 2\nIp\.DefaultTTL 64\nIp\.InReceives 54622\n/)
  assert.match(content, /\nUdpLite6\.OutDatagrams 2821\nTcpExt\.SyncookiesSent /)
  assert.equal(fields['netstat.TcpExt.ListenOverflows'], 48211)
  assert.equal(fields['netstat.Udp6.NoPorts'], 2938)
  assert.equal(fields['netstat.Tcp.MaxConn'], -1)
  assert.equal(fields['netstat.IpExt.InOctets'], 81120044512)
})

test('the text of another day is understood as the tables were', async () => {
  for (const host of ['centos7-3.10', 'numa8-4.15', 'debian12-6.1'] as const) {
    const { content = '', fields } = await observeOne(netstat.create(), fixtureRoot(host))
    const format = netstat.formats.find((each) => each.matches('netstat -s'))
    assert.deepEqual(format?.fields(content), fields)
    const lines = content.split('\n').filter((line) => line !== '')
    assert.equal(Object.keys(fields).length, lines.length)
    const table = fixtureRoot(host).readKernelText('/proc/net/netstat')
    const ofTable = netstat.formats.find((each) => each.matches('/proc/net/netstat'))?.fields(table) ?? {}
    assert.equal(ofTable['netstat.TcpExt.ListenDrops'], fields['netstat.TcpExt.ListenDrops'])
    assert.ok(Object.keys(ofTable).every((name) => fields[name] === ofTable[name]))
  }
  const six = netstat.formats.find((each) => each.matches('/proc/net/snmp6'))?.fields('Ip6InReceives \t12\n')
  assert.deepEqual(six, { 'netstat.Ip6.InReceives': 12 })
})

test('tables cut off give what stands in both lines of a pair', async () => {
  const { content, fields } = await observeOne(netstat.create(), fixtureRoot('broken'))
  assert.equal(
    content,
    'Ip.Forwarding 1\nIp.DefaultTTL 64\nIp.InReceives 1200\nUdp.InDatagrams 7\nUdp.NoPorts 8\n' +
      'TcpExt.SyncookiesSent 1\nTcpExt.SyncookiesRecv 2\nTcpExt.ListenOverflows 3\nTcpExt.ListenDrops 4\n',
  )
  assert.equal(Object.keys(fields).length, 9)
})

test('a host without counters has nothing to read', async () => {
  await assert.rejects(observe(netstat.create(), fixtureRoot('alpine316-5.15')), NoDataError)
})

test('a table that cannot be read is a document with error.message', async () => {
  const { content, fields } = await observeOne(netstat.create(), new Root(treeOf({ 'proc/net/snmp/x': '' })))
  assert.equal(content, undefined)
  assert.match(String(fields['error.message']), /^failed to read "\/proc\/net\/snmp": /)
})

test('below another root the counters are those of its first process', async () => {
  const base = treeOf({ 'proc/net/snmp': 'Tcp: InSegs\nTcp: 1\n', 'proc/1/net/snmp': 'Tcp: InSegs\nTcp: 2\n' })
  const { fields } = await observeOne(netstat.create(), new Root(base))
  assert.equal(fields['netstat.Tcp.InSegs'], 2)
})

interface Numbers {
  overflows?: number
  drops?: number
  established?: number
  segments?: number
  more?: string
  boot?: string
}

/** A host whose counters a test sets, read at seconds it says. */
function steadyHost() {
  const base = treeOf()
  const root = new Root(base)
  let seconds = 0
  const collect = netstat.create()
  return async (at: number, { overflows = 0, drops = 0, established = 5, segments = 0, more, boot = 'a' }: Numbers) => {
    seconds = at
    const names = `ListenOverflows ListenDrops${more === undefined ? '' : ' TCPNew'}`
    putFile(base, 'proc/net/netstat', `TcpExt: ${names}\nTcpExt: ${overflows} ${drops} ${more ?? ''}\n`)
    putFile(base, 'proc/net/snmp', `Ip: Forwarding\nIp: 1\nTcp: CurrEstab InSegs\nTcp: ${established} ${segments}\n`)
    putFile(base, 'proc/sys/kernel/random/boot_id', `${boot}\n`)
    const { fields } = await observeOne(collect, root, { seconds: () => seconds })
    const rates = Object.entries(fields).filter(([name]) => name.startsWith('netstat_rate.'))
    return Object.fromEntries(rates.map(([name, value]) => [name.slice('netstat_rate.'.length), value]))
  }
}

test('the first pass has no rates', async () => {
  const ratesAt = steadyHost()
  assert.deepEqual(await ratesAt(50, { overflows: 1000 }), {})
})

test('rates are of the time between two passes, and levels and settings have none', async () => {
  const ratesAt = steadyHost()
  await ratesAt(50, { overflows: 1000, drops: 3 })
  assert.deepEqual(await ratesAt(60, { overflows: 1025, drops: 3, established: 9, segments: 1 }), {
    'TcpExt.ListenOverflows': 2.5,
    'TcpExt.ListenDrops': 0,
    'Tcp.InSegs': 0.1,
  })
  const second = await ratesAt(60.5, { overflows: 1026, drops: 3, segments: 1 })
  assert.deepEqual(second, { 'TcpExt.ListenOverflows': 2, 'TcpExt.ListenDrops': 0, 'Tcp.InSegs': 0 })
})

test('one event in a day is a rate above nothing', async () => {
  const ratesAt = steadyHost()
  await ratesAt(0, {})
  assert.equal((await ratesAt(86_400, { drops: 1 }))['TcpExt.ListenDrops'], 0.0000115741)
})

test('a counter that was reset has no rate until the next pass', async () => {
  const ratesAt = steadyHost()
  await ratesAt(0, { overflows: 1000, drops: 10 })
  assert.deepEqual(await ratesAt(10, { overflows: 5, drops: 20 }), { 'TcpExt.ListenDrops': 1, 'Tcp.InSegs': 0 })
  assert.equal((await ratesAt(20, { overflows: 15, drops: 20 }))['TcpExt.ListenOverflows'], 1)
})

test('a reboot in between leaves no rate, even where the counters have overtaken', async () => {
  const ratesAt = steadyHost()
  await ratesAt(0, { overflows: 10 })
  assert.deepEqual(await ratesAt(600, { overflows: 5000, boot: 'b' }), {})
  assert.equal((await ratesAt(610, { overflows: 5010, boot: 'b' }))['TcpExt.ListenOverflows'], 1)
})

test('a counter that has just come has no rate', async () => {
  const ratesAt = steadyHost()
  await ratesAt(0, {})
  assert.deepEqual(Object.keys(await ratesAt(1, { more: '7' })).sort(), [
    'Tcp.InSegs',
    'TcpExt.ListenDrops',
    'TcpExt.ListenOverflows',
  ])
})

test('two passes at once give no rate', async () => {
  const ratesAt = steadyHost()
  await ratesAt(5, {})
  assert.deepEqual(await ratesAt(5, { overflows: 3 }), {})
  assert.deepEqual(await ratesAt(4, { overflows: 4 }), {})
})

test('a pass that could not read leaves the rate over both times', async () => {
  const base = treeOf({ 'proc/net/snmp': 'Tcp: InSegs\nTcp: 10\n' })
  let seconds = 0
  const collect = netstat.create()
  const clock = { seconds: () => seconds }
  await observeOne(collect, new Root(base), clock)
  seconds = 10
  const failed = await observeOne(collect, new Root(treeOf({ 'proc/net/snmp/x': '' })), clock)
  assert.ok(failed.fields['error.message'])
  seconds = 20
  putFile(base, 'proc/net/snmp', 'Tcp: InSegs\nTcp: 50\n')
  assert.equal((await observeOne(collect, new Root(base), clock)).fields['netstat_rate.Tcp.InSegs'], 2)
})
