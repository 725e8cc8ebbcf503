// The sockets of a network namespace of the test's own, as the real program tells them in each way, against `ss` and /proc.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { parsedLines, temporaryFolder } from '../../commands/mitra.ts'
import { noNetwork, type OwnNetwork, ownNetwork } from './own-network.ts'

const program = join(import.meta.dirname, '../../../bin/mitra.js')
const folder = temporaryFolder()
const config = join(folder, 'mitra.yml')
writeFileSync(config, '{}\n')

const isAbsent = spawnSync('ss', ['-V']).error !== undefined
const hasKoffi = await import('koffi').then(Boolean, () => false)
const skip = noNetwork() || (isAbsent && 'ss is not installed') || (!hasKoffi && 'koffi is not installed')
const ways = ['koffi', 'ss', 'proc'] as const

const isRoot = process.getuid?.() === 0
const noSetpriv = (!isRoot && 'takes root') || (spawnSync('setpriv', ['-V']).error && 'setpriv is not installed')

interface Row {
  protocol: string
  address: string
  queue?: number
  backlog?: number
  pct?: number
  drops?: number
  sockets?: number
  process?: string
  pid?: number
  receive_bytes?: number
}

function rowsOf(network: OwnNetwork, ...words: string[]): Row[] {
  // the sockets of containers are those of this machine: whoever has a namespace of his own now
  return parsedLines<Row & { namespace?: string }>(
    network.run(process.execPath, program, 'sockets', '--config', config, '--json', '--limit', '0', ...words),
  ).filter(({ namespace }) => namespace === undefined)
}

/** Sockets by state and family, none left out that there are. */
type Counts = Record<string, [v4: number, v6: number]>

function countsOf(network: OwnNetwork, way: string): Counts {
  const text = network.run(process.execPath, program, 'sockets', '--config', config, '--states', '--json', '--by', way)
  const rows = parsedLines<{ state: string; ipv4: number; ipv6: number; all: number }>(text)
  for (const { ipv4, ipv6, all } of rows) assert.equal(all, ipv4 + ipv6)
  return Object.fromEntries(rows.filter(({ all }) => all > 0).map(({ state, ipv4, ipv6 }) => [state, [ipv4, ipv6]]))
}

const nameOf: Record<string, string> = { ESTAB: 'ESTABLISHED' }

/** As `ss` tells them, the families one after the other. */
function countsOfSs(network: OwnNetwork): Counts {
  const counts: Counts = {}
  for (const [place, option] of ['-4', '-6'].entries())
    for (const [word] of network.run('ss', '-Htan', option).matchAll(/^\S+/gm)) {
      const state = nameOf[word] ?? word.replaceAll('-', '_').replace(/^(FIN_WAIT)_(\d)$/, '$1$2')
      counts[state] ??= [0, 0]
      counts[state][place] = (counts[state][place] ?? 0) + 1
    }
  return counts
}

/** As /proc/net tells them, counted by the number of the state. */
function countsOfProc(network: OwnNetwork): Map<string, number> {
  const counts = new Map<string, number>()
  for (const [, state = ''] of network
    .run('cat', '/proc/net/tcp', '/proc/net/tcp6')
    .matchAll(/^ *\d+: \S+ \S+ ([0-9A-F]{2}) /gm))
    counts.set(state, (counts.get(state) ?? 0) + 1)
  return counts
}

describe('sockets of every kind', { skip }, () => {
  let network: OwnNetwork
  before(async () => {
    network = await ownNetwork('mixed', folder)
  })
  after(() => network.close())

  for (const way of ways)
    test(`${way}: as many in each state and family as ss tells`, () => {
      const expected = countsOfSs(network)
      assert.ok((expected['TIME_WAIT']?.[0] ?? 0) >= 5 && expected['FIN_WAIT2'] && expected['CLOSE_WAIT'], 'bench')
      assert.deepEqual(countsOf(network, way), expected)
    })

  test('koffi: a full queue, one on both families, shared ones, UDP and unix, each with its process', () => {
    const rows = rowsOf(network, '--by', 'koffi')
    const at = (address: string) => {
      const found = rows.find((row) => row.address === address)
      assert.ok(found, `${address} is not among ${rows.map((row) => row.address).join(', ')}`)
      assert.deepEqual([found.process, found.pid], ['perl', network.pid], address)
      return found
    }
    const full = at('127.0.0.1:18080')
    assert.deepEqual([full.queue, full.backlog, full.pct], [3, 2, 100])
    assert.ok((full.drops ?? 0) > 0)
    const dual = at('[::]:18081')
    assert.deepEqual([dual.queue, dual.backlog, dual.pct], [4, 16, 25])
    assert.deepEqual([at('[::1]:18082').queue, at('[::1]:18082').backlog], [0, 5])
    assert.equal(at('127.0.0.1:18083').sockets, 2)
    const udp = at('127.0.0.1:18053')
    assert.ok((udp.drops ?? 0) > 30 && (udp.receive_bytes ?? 0) > 0, JSON.stringify(udp))
    assert.equal(at('[::1]:18054').drops, 0)
    for (const name of [join(folder, 'a b.sock'), '@mitra test'])
      assert.deepEqual([at(name).queue, at(name).backlog], [2, 3], name)
    assert.equal(rows[0], full)
  })

  test('ss tells the same of each, and /proc all but what it has no column for', () => {
    // drops go up while the clients of the full queue try again
    const withoutDrops = (rows: Row[]) =>
      rows.map(({ drops: _, ...row }) => row).sort((a, b) => (a.address < b.address ? -1 : 1))
    const koffi = rowsOf(network, '--by', 'koffi')
    const inet = ({ protocol }: Row) => protocol === 'tcp'
    assert.deepEqual(withoutDrops(rowsOf(network, '--by', 'ss').filter(inet)), withoutDrops(koffi.filter(inet)))
    const known = (rows: Row[]) =>
      rows
        .map(({ protocol, address, process, pid, queue }) => ({
          address,
          process,
          pid,
          ...(protocol === 'tcp' && { queue }),
        }))
        .sort((a, b) => (a.address < b.address ? -1 : 1))
    const queues = (rows: Row[]) => known(rows.filter(({ address }) => !address.endsWith(':18083')))
    assert.deepEqual(queues(rowsOf(network, '--by', 'proc')), queues(koffi))
  })

  test('queue and backlog of each listener are those ss prints', () => {
    const rows = new Map(rowsOf(network, '--by', 'koffi', '--protocol', 'tcp').map((row) => [row.address, row]))
    const printed = [...network.run('ss', '-Hltn').matchAll(/^LISTEN +(\d+) +(\d+) +(\S+) /gm)]
    assert.equal(printed.length, 6)
    for (const [, queue, backlog, place = ''] of printed) {
      const row = rows.get(place.replace('*:', '[::]:'))
      if (place.endsWith(':18083')) assert.ok(Number(queue) <= (row?.queue ?? -1), place)
      else assert.deepEqual([row?.queue, row?.backlog], [Number(queue), Number(backlog)], place)
    }
  })

  /** Rows of the namespace as they are seen outside. */
  function outside(...launcher: string[]) {
    const [file = '', ...words] = [...launcher, process.execPath, program, 'sockets', '--config', config]
    const { stdout } = spawnSync(file, [...words, '--json', '--limit', '0'], { encoding: 'utf8' })
    return parsedLines<Row & { namespace?: string }>(stdout).filter(({ pid }) => pid === network.pid)
  }

  test('from outside they are those of a container, with its namespace', { skip: !isRoot && 'takes root' }, () => {
    const rows = outside()
    const full = rows.find(({ address }) => address === '127.0.0.1:18080')
    assert.match(full?.namespace ?? '', /^\d+$/)
    assert.deepEqual([full?.queue, full?.backlog], [3, 2])
    assert.deepEqual(new Set(rows.map(({ protocol }) => protocol)), new Set(['tcp', 'udp', 'unix']))
  })

  test('without the right to enter it they are told without their backlogs', { skip: noSetpriv }, () => {
    const full = outside('setpriv', '--bounding-set=-sys_admin').find(({ address }) => address === '127.0.0.1:18080')
    assert.deepEqual([full?.queue, full?.backlog], [3, undefined])
  })
})

describe('50,000 sockets', { skip }, () => {
  let network: OwnNetwork
  before(async () => {
    network = await ownNetwork('many', '50000')
  })
  after(() => network.close())

  for (const way of ['koffi', 'proc'])
    test(`${way}: as many in each state as ss and /proc tell`, () => {
      const expected = countsOfSs(network)
      assert.deepEqual(expected, { ESTABLISHED: [49_984, 0], LISTEN: [16, 0] })
      assert.deepEqual(countsOf(network, way), expected)
      assert.deepEqual(
        countsOfProc(network),
        new Map([
          ['0A', 16],
          ['01', 49_984],
        ]),
      )
    })

  test('each listener has the queue ss prints', () => {
    const rows = rowsOf(network, '--protocol', 'tcp')
    const printed = [...network.run('ss', '-Hltn').matchAll(/^LISTEN +(\d+) +(\d+) +(\S+) /gm)]
    const byAddress = (one: unknown[], other: unknown[]) => (String(one[0]) < String(other[0]) ? -1 : 1)
    assert.deepEqual(
      rows.map(({ address, queue, backlog }) => [address, queue, backlog]).sort(byAddress),
      printed.map(([, queue, backlog, place]) => [place, Number(queue), Number(backlog)]).sort(byAddress),
    )
  })
})
