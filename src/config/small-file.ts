// Reads a file that is named by hand: a configuration, a secret, a certificate.
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'

export type SmallFile =
  | { status: 'read'; text: string }
  | { status: 'absent' }
  | { status: 'unreadable'; why: string; cause?: unknown }

/** The text of a regular file of at most so many bytes. Never waits on a pipe. */
export function readSmallFile(file: string, maxBytes: number): SmallFile {
  let descriptor: number
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return { status: 'absent' }
    return { status: 'unreadable', why: code === 'EACCES' ? 'permission denied' : `${code ?? cause}`, cause }
  }
  try {
    const stat = fstatSync(descriptor)
    if (stat.isDirectory()) return { status: 'unreadable', why: 'it is a directory' }
    if (!stat.isFile()) return { status: 'unreadable', why: 'it is not a regular file' }
    if (stat.size > maxBytes)
      return { status: 'unreadable', why: `it has ${stat.size} bytes, more than the ${maxBytes} it may have` }
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(readFileSync(descriptor))
    return { status: 'read', text }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    return {
      status: 'unreadable',
      why: cause instanceof TypeError ? 'it is not UTF-8 text' : `${code ?? cause}`,
      cause,
    }
  } finally {
    closeSync(descriptor)
  }
}
