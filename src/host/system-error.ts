// What the system's errors are called in an `error.message`.
import { getSystemErrorMap } from 'node:util'
import { messageOf } from '../errors.ts'

const ours: Record<string, string> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EPERM: 'permission denied',
  EAGAIN: 'nothing to read without waiting',
  EIO: 'input/output error',
}

/** The cause alone, in lower case, without call, code and path. */
export function reasonOf(error: unknown): string {
  const { code, errno } = error as NodeJS.ErrnoException
  const known = code === undefined ? undefined : ours[code]
  if (known !== undefined) return known
  const system = errno === undefined ? undefined : getSystemErrorMap().get(errno)
  // zlib numbers its errors too
  const isSystems = code === undefined || system?.[0] === code
  return (isSystems ? system?.[1] : undefined) ?? messageOf(error)
}
