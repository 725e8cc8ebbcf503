// The `file.*` fields of a path: what its name, its stat and its content say.
import type { BigIntStats } from 'node:fs'
import type { FileContent } from '../host/read-file.ts'
import type { Fields } from '../snapshot/document.ts'
import type { OwnerNames } from './owner-names.ts'

/** What stat says. Of a kernel file neither size nor times nor inode mean anything, so they are left out. */
export function statFields(stat: BigIntStats, owners: OwnerNames, options: { isKernel: boolean }): Fields {
  const uid = Number(stat.uid)
  const gid = Number(stat.gid)
  const owner = owners.user(uid)
  const group = owners.group(gid)
  return {
    'file.exists': true,
    'file.type': typeOf(stat),
    'file.mode': (Number(stat.mode) & 0o7777).toString(8).padStart(4, '0'),
    'file.uid': uid,
    'file.gid': gid,
    ...(owner === undefined ? {} : { 'file.owner': owner }),
    ...(group === undefined ? {} : { 'file.group': group }),
    ...(options.isKernel ? {} : timeAndPlace(stat)),
  }
}

/** What the bytes say; their number is the size, whatever stat said a moment before. */
export function contentFields(content: FileContent): Fields {
  return {
    'file.size': content.bytes,
    'file.encoding': content.encoding,
    'file.hash.sha256': content.sha256,
    ...(content.changedWhileRead ? { 'error.message': 'changed while read' } : {}),
  }
}

function timeAndPlace(stat: BigIntStats): Fields {
  return {
    'file.size': Number(stat.size),
    'file.inode': Number(stat.ino),
    ...time('file.mtime', stat.mtimeMs),
    ...time('file.ctime', stat.ctimeMs),
  }
}

/** Times that ISO 8601 cannot write in four digits of a year are no times. */
function time(name: string, ms: bigint): Fields {
  if (ms < -62_135_596_800_000n || ms > 253_402_300_799_999n) return {}
  return { [name]: new Date(Number(ms)).toISOString() }
}

function typeOf(stat: BigIntStats): string {
  if (stat.isFile()) return 'file'
  if (stat.isDirectory()) return 'dir'
  if (stat.isSymbolicLink()) return 'symlink'
  if (stat.isFIFO()) return 'fifo'
  if (stat.isSocket()) return 'socket'
  return stat.isCharacterDevice() ? 'char_device' : 'block_device'
}
