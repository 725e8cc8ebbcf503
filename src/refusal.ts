// What the system refused, as a person is told: what was tried, why it failed, what to do. For errors no caller had words for.
import { ActionableError } from './errors.ts'
import { reasonOf } from './host/system-error.ts'

const tried: Record<string, string> = {
  scandir: 'list',
  opendir: 'list',
  mkdir: 'make',
  unlink: 'remove',
  rm: 'remove',
  lstat: 'look at',
  stat: 'look at',
  access: 'open',
  execve: 'start',
}

const nextSteps: Record<string, string> = {
  ENOSPC: 'free some space there, or name another place',
  EDQUOT: 'free some space there, or name another place',
  EFBIG: 'raise the limit of file sizes (ulimit -f), or name another place',
  EACCES: 'run as a user that may, or name another place',
  EPERM: 'run as a user that may, or name another place',
  EROFS: 'name a place that can be written',
  ENOENT: 'name one that is there',
  ENOTDIR: 'name one that is there',
  EISDIR: 'name a file, not a folder',
  EMFILE: 'raise the limit of open files (ulimit -n)',
  ENFILE: 'close other programs: the machine has no more open files to give',
  ENOMEM: 'make some memory free',
  EIO: 'look at the disk and the kernel log (dmesg): the device does not answer as it should',
}

/** Something the operating system refused: a full disk, a missing right. */
export function isRefusal(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error
}

/** One line and a next step. A write without a path is one to standard output. */
export function explainedRefusal(error: NodeJS.ErrnoException): ActionableError {
  const [call = 'work'] = (error.syscall ?? '').split(' ')
  const path = error.path === undefined ? '' : ` "${error.path}"`
  const what = call === 'write' && path === '' ? 'write the output' : `${tried[call] ?? call}${path}`
  return new ActionableError(`failed to ${what}: ${reasonOf(error)}`, {
    next: nextSteps[error.code ?? ''] ?? 'MITRA_DEBUG=1 shows where it happened',
    cause: error,
  })
}
