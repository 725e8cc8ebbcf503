// `mitra sockets` and its live screen, over a host that stands still, by the keys somebody presses.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { main } from '../../src/cli.ts'
import type { Screen } from '../../src/terminal/screen.ts'
import { putFile } from '../sources/observed.ts'
import { ProcessTree } from '../sources/sockets/process-tree.ts'
import { captured } from './captured-io.ts'
import { mitra, now, parsedLines, temporaryFolder } from './mitra.ts'

const heading = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const hex = (number: number, digits: number) => number.toString(16).toUpperCase().padStart(digits, '0')
const line = (port: number, state: string, queue: number, inode: number, rest = '1 0 100 0 0 10 0') =>
  `   0: 0100007F:${hex(port, 4)} 00000000:0000 ${state} 00000000:${hex(queue, 8)} 00:00000000 00000000     0        0 ${inode} ${rest}\n`

const tree = new ProcessTree()
tree.start(1, 'init')
const services = ['nginx', 'sshd', 'Redis'] as const
for (const [index, name] of services.entries()) {
  tree.start(10 + index, name)
  tree.open(10 + index, 3, 500 + index)
}
putFile(
  tree.base,
  'proc/1/net/tcp',
  heading + line(80, '0A', 7, 500) + line(22, '0A', 0, 501) + line(6379, '0A', 2, 502) + line(80, '01', 0, 0),
)
const config = join(temporaryFolder(), 'mitra.yml')
writeFileSync(config, `root: ${tree.base}\n`)

let drops = 0
function dropMore(): void {
  drops += 5
  putFile(tree.base, 'proc/1/net/udp', heading + line(53, '07', 0, 600, `2 0 ${drops}`))
}
dropMore()

/** Presses keys one after the other, one a drawing; what was drawn, a screen each, without colours. */
async function pressed(keys: readonly string[], words: string[] = [], size = { columns: 100, rows: 12 }) {
  const drawn: string[][] = []
  const left = [...keys]
  let isClosed = false
  const screen: Screen = {
    ...size,
    draw: (lines) => void drawn.push(lines.map((text) => text.replace(/\x1b\[[0-9;]*m/g, '').trimEnd())),
    key: async (ms) => {
      if (left.length > 0) return left.shift()
      await new Promise((resolve) => setTimeout(resolve, Math.min(ms, 5000)))
      return undefined
    },
    close: () => {
      isClosed = true
    },
  }
  const { io, stderr } = captured({ terminal: true, now })
  const status = await main(['sockets', '--watch', '--config', config, ...words], {
    ...io,
    openScreen: async () => screen,
  })
  assert.deepEqual([status, stderr(), isClosed], [0, '', true])
  return drawn
}

/** The processes on a screen, in order. */
const processes = (lines: readonly string[] = []) =>
  lines.slice(4, -1).flatMap((text) => /(nginx|sshd|Redis)/.exec(text)?.[1] ?? [])

test('the screen shows what listens, the states, and its keys', async () => {
  const [first = []] = await pressed(['q'])
  assert.equal(first.length, 12)
  assert.match(first[0] ?? '', /^mitra sockets {2}04:30:00 {2}every 1\.0 s {2}by proc, [\d.]+ ms {2}4 listening$/)
  assert.equal(first[1], 'tcp  ESTABLISHED 1  LISTEN 3')
  assert.equal(first[2], 'by full')
  assert.match(first[3] ?? '', /^PROTOCOL {2}ADDRESS {9}QUEUE {2}BACKLOG {2}PCT {2}DROPS {2}DROPS\/S {2}PROCESS/)
  assert.deepEqual(processes(first), ['nginx', 'Redis', 'sshd'])
  assert.match(first.at(-1) ?? '', /^q quit {2}space pause/)
})

const orders: readonly [string, string[]][] = [
  ['w', ['nginx', 'Redis', 'sshd']],
  ['n', ['Redis', 'nginx', 'sshd']],
  ['a', ['sshd', 'nginx', 'Redis']],
]
for (const [key, order] of orders)
  test(`the key ${key} sorts`, async () => {
    assert.deepEqual(processes((await pressed([key, 'q']))[1]), order)
  })

test('a filter narrows while it is typed, holds with Enter, and goes with Escape', async () => {
  const drawn = await pressed(['/', 'r', 'e', 'x', '\x7f', '\r', '\x1b', 'q'])
  assert.deepEqual(
    drawn.map((lines) => lines[2]),
    [
      'by full',
      'by full  filter: _',
      'by full  filter: r_',
      'by full  filter: re_',
      'by full  filter: rex_',
      'by full  filter: re_',
      'by full  filter: re  (1 of 4)',
      'by full',
    ],
  )
  assert.deepEqual(
    drawn.map((lines) => processes(lines).length),
    [3, 3, 1, 1, 0, 1, 1, 3],
  )
})

test('Escape while typing leaves the filter as it was, and q is a letter of it', async () => {
  const drawn = await pressed(['/', 'q', '\x1b', 'q'], ['--match', 'ssh'])
  assert.deepEqual(
    drawn.map((lines) => lines[2]?.replace(/^by full {2}/, '')),
    ['filter: ssh  (1 of 4)', 'filter: ssh_', 'filter: sshq_', 'filter: ssh  (1 of 4)'],
  )
})

test('states take the place of what listens', async () => {
  const [, states = []] = await pressed(['s', 'q'], [], { columns: 80, rows: 24 })
  assert.match(states.join('\n'), /^STATE +IPV4 +IPV6 +ALL$/m)
  assert.match(states.join('\n'), /^LISTEN +3 +0 +3$/m)
})

test('a pause shows what was, and a plus doubles the interval', async () => {
  const [, paused = [], slower = []] = await pressed(['p', '+', 'q'])
  assert.match(paused[0] ?? '', /paused$/)
  assert.match(slower[0] ?? '', /every 2\.0 s/)
})

test('drops are told by the second', async () => {
  const timer = setInterval(dropMore, 20)
  const drawn = await pressed([], ['--interval', '100ms', '--rounds', '4', '--match', ':53']).finally(() =>
    clearInterval(timer),
  )
  const [, rate = 0] = /udp +127\.0\.0\.1:53 +[\d,]+ +([\d.]+)/.exec(drawn.at(-1)?.join('\n') ?? '') ?? []
  assert.ok(Number(rate) > 50 && Number(rate) < 600, drawn.at(-1)?.join('\n'))
})

test('states stay on the screen while they are too dear to be counted again', async () => {
  const drawn = await pressed([], ['--interval', '100ms', '--rounds', '3'])
  assert.ok(drawn.length >= 3)
  for (const lines of drawn) assert.equal(lines[1], 'tcp  ESTABLISHED 1  LISTEN 3')
})

test('a small screen keeps its size, and scrolls', async () => {
  const size = { columns: 30, rows: 6 }
  const drawn = await pressed(['j', 'j', 'k', 'q'], [], size)
  for (const lines of drawn) assert.equal(lines.length, 6)
  const shown = drawn.map((lines) => lines[4] ?? '')
  assert.notEqual(shown[0], shown[1])
  assert.equal(shown[1], shown[3])
})

test('Ctrl-C ends it too, while a filter is typed', async () => {
  assert.equal((await pressed(['/', 'q', '\x03'])).length, 3)
})

test('without a terminal --watch is lines that begin with the time', async () => {
  const { status, stdout } = await mitra(['sockets', '--watch', '--rounds', '2', '--interval', '0.1s', '-c', config])
  assert.equal(status, 0)
  const lines = stdout.trimEnd().split('\n')
  assert.equal(lines.length, 8)
  for (const text of lines) assert.match(text, /^2026-11-21T04:30:00\.000\+01:00\t(tcp|udp)\t/)
})

test('and with --json a line of JSON each', async () => {
  const words = ['--rounds', '2', '--interval', '100ms', '--json', '--states']
  const { stdout } = await mitra(['sockets', '--watch', ...words, '-c', config])
  const rows = parsedLines(stdout)
  assert.equal(rows.length % 2, 0)
  assert.deepEqual(rows[0], { time: '2026-11-21T03:30:00.000Z', state: 'ESTABLISHED', ipv4: 1, ipv6: 0, all: 1 })
})

test('the table of one reading, what is chosen of it, and how it was read', async () => {
  const { status, stdout, stderr } = await mitra(['sockets', '-c', config, '--protocol', 'tcp', '--sort', 'address'])
  assert.deepEqual(
    [status, stdout],
    [
      0,
      'tcp\t127.0.0.1:22\t0\t\t\t\tsshd\t11\n' +
        'tcp\t127.0.0.1:80\t7\t\t\t\tnginx\t10\n' +
        'tcp\t127.0.0.1:6379\t2\t\t\t\tRedis\t12\n',
    ],
  )
  assert.match(stderr, /^read from \/proc, where no backlog stands: .*\n$/)
  const chosen = await mitra(['sockets', '-c', config, '--match', 'REDIS', '--fields', 'process,queue', '--csv', '-q'])
  assert.deepEqual([chosen.stdout, chosen.stderr], ['process,queue\r\nRedis,2\r\n', ''])
})

test('nothing that fits is 1, a wrong key or interval is 2', async () => {
  assert.equal((await mitra(['sockets', '-c', config, '--match', 'no such'])).status, 1)
  const key = await mitra(['sockets', '-c', config, '--sort', 'size'])
  assert.equal(key.status, 2)
  assert.match(key.stderr, /--sort.*full, waiting, drops, process, address/)
  const interval = await mitra(['sockets', '-c', config, '--watch', '--interval', 'often'])
  assert.deepEqual([interval.status, /--interval/.test(interval.stderr)], [2, true])
})

test('a host without sockets says so', async () => {
  const empty = new ProcessTree()
  const own = join(temporaryFolder(), 'mitra.yml')
  writeFileSync(own, `root: ${empty.base}\n`)
  const { status, stderr } = await mitra(['sockets', '-c', own])
  assert.deepEqual([status, stderr], [1, 'no socket tables on this host\n'])
})
