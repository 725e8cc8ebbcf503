// Listening sockets as `ss` prints them: it speaks netlink where this process cannot.
import { runCommand } from '../../host/run-command.ts'
import { parseSs } from '../../parsers/ss.ts'
import { type Listener, tcpListener, unixListener } from './listener.ts'

// not `-l`, which walks the table of all sockets as well; -e and -m make it a line of inode, user and drops
const listening = ['ss', '-n', '-t', '-x', '-e', '-m', 'state', 'listening']
const limits = { timeoutMs: 10_000, maxBytes: 16 * 1024 * 1024 }

/** Whether there is an `ss` that tells of inodes, as that of iproute2 does and that of busybox does not. */
export async function canRunSs(signal: AbortSignal): Promise<boolean> {
  const { stdout, status } = await runCommand(['ss', '-V'], { ...limits, signal })
  return status === 0 && stdout.includes('iproute2')
}

/** Those of TCP and unix. Throws when the command fails. */
export async function ssListeners(signal: AbortSignal): Promise<Listener[]> {
  const { stdout, stderr, status, problem } = await runCommand(listening, { ...limits, signal })
  if (problem !== undefined || status !== 0)
    throw new Error(`failed to run "ss": ${problem ?? (stderr.trim() || `exit status ${status}`)}`)
  const { tcp, unix } = parseSs(stdout.toString('utf8'))
  return [...tcp.map((socket) => tcpListener(socket, socket.backlog)), ...unix.map(unixListener)]
}
