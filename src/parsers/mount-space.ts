// Space of mounted file systems as mitra writes it, a line each: point, type, `rw` or `ro`, then bytes in all, used and available, files
// in all and used, as statfs(2) says; `-` stands where nobody was asked (network file systems), `?` where nobody answered.
import type { Fields } from '../snapshot/document.ts'
import { parseInteger } from './integer.ts'

/** Bytes, and inodes: 0 where the file system makes them as it needs them. */
export interface Space {
  size: number
  used: number
  /** To users other than root. */
  avail: number
  inodes: number
  inodes_used: number
}

const line =
  /^(\/\S{0,300}) (\S{1,64}) (rw|ro) (?:(-|\?)(?: [-?]){4}|(\d{1,19}) (\d{1,19}) (\d{1,19}) (\d{1,19}) (\d{1,19}))\s*$/
const mostLines = 2000
/** Mount points of a host that have fields of their own; all are told in the text and in the figures of the fullest. */
const mostPoints = 24

/** `mounts.root.used_pct` and so on, and what is true of any mount. */
export function parseMountSpace(text: string): Fields {
  const fields: Fields = {}
  const keys = new Set<string>()
  const readOnly: string[] = []
  const remote: string[] = []
  let fullest: { point: string; pct: number } | undefined
  let inodesPct: number | undefined
  for (const row of text.split('\n', mostLines)) {
    const [, point = '', , access, unasked, ...digits] = line.exec(row) ?? []
    if (access === undefined) continue
    if (unasked === '-') remote.push(point)
    const [size, used, avail, inodes, inodes_used] = digits.map(parseInteger)
    if (
      size === undefined ||
      used === undefined ||
      avail === undefined ||
      inodes === undefined ||
      inodes_used === undefined
    )
      continue
    if (access === 'ro') readOnly.push(point)
    const shares = {
      used_pct: percentOf(used, used + avail),
      ...(inodes > 0 && { inodes_used_pct: percentOf(inodes_used, inodes) }),
    }
    if (fullest === undefined || shares.used_pct > fullest.pct) fullest = { point, pct: shares.used_pct }
    if (shares.inodes_used_pct !== undefined) inodesPct = Math.max(inodesPct ?? 0, shares.inodes_used_pct)
    const key = mountKey(point)
    if (key === undefined || keys.has(key) || keys.size === mostPoints) continue
    keys.add(key)
    for (const [name, value] of Object.entries({ size, used, avail, inodes, inodes_used, ...shares }))
      fields[`mounts.${key}.${name}`] = value
  }
  if (fullest) {
    fields['mounts.fullest'] = fullest.point
    fields['mounts.max_used_pct'] = fullest.pct
  }
  if (inodesPct !== undefined) fields['mounts.max_inodes_used_pct'] = inodesPct
  if (readOnly.length > 0) fields['mounts.read_only'] = readOnly
  if (remote.length > 0) fields['mounts.remote'] = remote
  return fields
}

/** Whole percent, rounded up as df(1) does. */
function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.ceil((part / whole) * 100)
}

const plain = /^\/[A-Za-z][\w-]{0,31}(?:\/[A-Za-z][\w-]{0,31}){0,2}$/
/** Names that engines make: digests, identifiers, numbers. */
const made = /[0-9a-f]{8}|\d{4}/

/** `/var/log` is `var_log`, `/` is `root`; deep mounts and those of made-up names have none. */
export function mountKey(point: string): string | undefined {
  if (point === '/') return 'root'
  return plain.test(point) && !made.test(point) ? point.slice(1).replaceAll('/', '_') : undefined
}
