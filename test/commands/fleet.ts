// A small fleet for the tests of the commands: four hosts, one of them hostile, over two days, and a way to run a command line.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main } from '../../src/cli.ts'
import { captured } from './captured-io.ts'

/** When the tests take place. */
export const now = Date.UTC(2026, 10, 21, 12)

export interface Ran {
  status: number
  stdout: string
  stderr: string
  both: string
  bytes: Buffer
}

export interface Fleet {
  folder: string
  store: string
  /** Runs `mitra` with these words on the fleet's store. */
  run(words: readonly string[], options?: Parameters<typeof captured>[0]): Promise<Ran>
  remove(): void
}

const sysctl = (somaxconn: number, swappiness: number) =>
  `net.core.somaxconn = ${somaxconn}\nnet.ipv4.tcp_rmem = 4096\t131072\t6291456\nvm.swappiness = ${swappiness}\n`
const fstab = (type: string) =>
  `# /etc/fstab\n/dev/sda1  /      ${type}  defaults  0 1\ntmpfs      /tmp   tmpfs noatime   0 0\n`
export const hostileHost = 'ev\x1b[31mil'
export const hostilePath = '/etc/\x1b]0;owned\x07\u202ex'
export const hostileContent = 'somaxconn\x1b[2J\x9b1m \u202e hidden\r\n\0end'

const documents: [time: string, host: string, path: string, content: string, more?: object][] = [
  ['2026-11-20T08:00:00Z', 'web1', '/etc/fstab', fstab('ext3')],
  ['2026-11-21T11:58:00Z', 'web1', '/etc/fstab', fstab('ext4')],
  ['2026-11-21T11:58:00Z', 'web1', '/proc/sys', sysctl(4096, 60)],
  ['2026-11-21T11:58:00Z', 'web1', '/etc/hosts', `127.0.0.1 localhost\n${'10.0.0.1 server\n'.repeat(9)}`],
  ['2026-11-21T11:57:30Z', 'web2', '/etc/fstab', fstab('ext4')],
  ['2026-11-21T11:57:30Z', 'web2', '/proc/sys', sysctl(128, 60)],
  ['2026-11-21T09:00:00.250Z', 'db1', '/etc/fstab', fstab('xfs')],
  ['2026-11-21T09:00:00.250Z', 'db1', '/proc/sys', sysctl(128, 1)],
  [
    '2026-11-21T11:59:00Z',
    hostileHost,
    hostilePath,
    hostileContent,
    { 'labels.role': '\x1b[41mred', 'file.owner': 'a\tb\nc' },
  ],
]

/** One document a line, as `mitra import` takes them. */
export function lines(given: typeof documents = documents): string {
  return given
    .map(([time, host, path, content, more]) =>
      JSON.stringify({ '@timestamp': time, 'host.name': host, 'file.path': path, content, ...more }),
    )
    .map((line) => `${line}\n`)
    .join('')
}

/** The fleet in a store of its own. */
export async function createFleet(): Promise<Fleet> {
  const folder = mkdtempSync(join(tmpdir(), 'mitra-fleet-'))
  const store = join(folder, 'fleet.db')
  const run: Fleet['run'] = async (words, options = {}) => {
    const kept = captured({ now, ...options })
    const [command = '', ...rest] = words
    const status = await main([command, '--store', store, ...rest], kept.io)
    return { status, stdout: kept.stdout(), stderr: kept.stderr(), both: kept.both(), bytes: kept.bytes() }
  }
  const file = join(folder, 'fleet.ndjson')
  writeFileSync(file, lines())
  const { status, stderr } = await run(['import', file])
  if (status !== 0) throw new Error(stderr)
  return { folder, store, run, remove: () => rmSync(folder, { recursive: true }) }
}
