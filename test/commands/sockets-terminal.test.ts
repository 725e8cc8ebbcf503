// `mitra sockets --watch` in a real terminal, which tmux is: what stands on it, other sizes, and how it is left.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { putFile } from '../sources/observed.ts'
import { ProcessTree } from '../sources/sockets/process-tree.ts'
import { temporaryFolder } from './mitra.ts'

const skip = spawnSync('tmux', ['-V']).error ? 'tmux is not installed' : false
const program = join(import.meta.dirname, '../../bin/mitra.js')

const tree = new ProcessTree()
const heading = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const line = (port: string, queue: number, inode: number) =>
  `   0: 0100007F:${port} 00000000:0000 0A 00000000:0000000${queue} 00:00000000 00000000     0        0 ${inode} 1 0 100 0 0 10 0\n`
tree.start(1, 'init')
for (const [pid, name] of [
  [10, 'nginx'],
  [11, 'apache'],
] as const) {
  tree.start(pid, name)
  tree.open(pid, 3, 490 + pid)
}
putFile(tree.base, 'proc/1/net/tcp', heading + line('0050', 7, 500) + line('1F90', 2, 501))
const config = join(temporaryFolder(), 'mitra.yml')
writeFileSync(config, `root: ${tree.base}\n`)

const server = `mitra-test-${process.pid}`
const tmux = (...words: string[]) =>
  execFileSync('tmux', ['-L', server, '-f', '/dev/null', ...words], { encoding: 'utf8' })
const shown = () => tmux('capture-pane', '-p').replace(/\n$/, '').split('\n')
const keys = (...names: string[]) => tmux('send-keys', ...names)
after(() => {
  if (!skip) spawnSync('tmux', ['-L', server, 'kill-server'])
})

/** What the terminal shows once it is as it should be; says what it showed instead. */
async function until(isSo: (lines: string[]) => boolean): Promise<string[]> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const lines = shown()
    if (isSo(lines)) return lines
    await sleep(50)
  }
  throw new Error(`the terminal never came to show it:\n${shown().join('\n')}`)
}

/** The program in a shell of its own, which tells its exit status. */
function start(): void {
  const command = `${process.execPath} ${program} sockets --watch --interval 200ms --config ${config}; echo "left with $?"; exec cat`
  tmux('new-session', '-d', '-x', '90', '-y', '20', command)
}

const place = (lines: readonly string[], word: string) => lines.findIndex((text) => text.includes(word))
/** Whether the other screen is shown, and whether the cursor is. */
const modes = () => tmux('display-message', '-p', '#{alternate_on} #{cursor_flag}').trim()

test('keys, sizes and the end of the screen in a terminal', { skip }, async () => {
  start()
  const first = await until((lines) => (lines[0] ?? '').startsWith('mitra sockets') && place(lines, 'apache') > 0)
  assert.equal(modes(), '1 0')
  assert.equal(first.length, 20)
  assert.match(first[19] ?? '', /^q quit/)
  assert.ok(place(first, 'nginx') < place(first, 'apache'))

  keys('n')
  await until((lines) => place(lines, 'apache') < place(lines, 'nginx'))

  keys('/')
  keys('-l', 'ngi')
  keys('Enter')
  await until((lines) => place(lines, 'filter: ngi  (1 of 2)') > 0 && place(lines, 'apache') === -1)
  keys('Escape')
  await until((lines) => place(lines, 'apache') > 0)

  tmux('resize-window', '-x', '50', '-y', '9')
  const small = await until((lines) => lines.length === 9 && (lines[8] ?? '').startsWith('q quit'))
  assert.ok(small.every((text) => text.length <= 50) && (small[0] ?? '').startsWith('mitra sockets'), small.join('\n'))
  tmux('resize-window', '-x', '120', '-y', '30')
  await until((lines) => lines.length === 30 && (lines[29] ?? '').startsWith('q quit'))

  keys('Space')
  await until((lines) => /paused$/.test(lines[0] ?? ''))
  putFile(tree.base, 'proc/1/net/tcp', heading + line('0050', 7, 500) + line('1F91', 2, 501))
  await sleep(500)
  assert.ok(place(shown(), ':8080') > 0)
  keys('Space')
  await until((lines) => place(lines, ':8081') > 0)

  keys('q')
  const left = await until((lines) => place(lines, 'left with 0') !== -1)
  assert.equal(modes(), '0 1')
  assert.equal(place(left, 'mitra sockets'), -1)
  tmux('kill-session')
})

test('a signal gives the terminal back', { skip }, async () => {
  start()
  await until((lines) => (lines[0] ?? '').startsWith('mitra sockets'))
  const shell = tmux('display-message', '-p', '#{pane_pid}').trim()
  const child = readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8')
  process.kill(Number(child), 'SIGTERM')
  await until((lines) => place(lines, 'left with') !== -1)
  assert.equal(modes(), '0 1')
  tmux('kill-session')
})
