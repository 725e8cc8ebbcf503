// What tells a file from a copy of it that was put back in its place.
import { statSync } from 'node:fs'

/** Inode and, where it is known, time of birth: where the file system keeps none, Node shows the last change instead. */
export function fileMark(path: string): string {
  const { ino, birthtimeNs, ctimeNs } = statSync(path, { bigint: true })
  return birthtimeNs === 0n || birthtimeNs === ctimeNs ? `${ino}` : `${ino} ${birthtimeNs}`
}

/** Whether two marks may be those of one file. */
export function isSameFile(one: string, other: string): boolean {
  const [inode, born] = one.split(' ')
  const [otherInode, otherBorn] = other.split(' ')
  return inode === otherInode && (born === undefined || otherBorn === undefined || born === otherBorn)
}
