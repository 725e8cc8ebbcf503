// Settings of the kernel: the text of `sysctl -a`, and files as sysctl.conf(5) and sysctl.d(5) describe them.
// The tree is Documentation/admin-guide/sysctl/; how its names are spelt with dots is sysctl(8).
import type { Fields, FieldValue } from '../snapshot/document.ts'

/** One `key = value`, the key with dots between its parts and a slash for a dot inside a part (`eth0/100`). */
export interface Setting {
  key: string
  value: string
}

/** Fields of the effective settings, `sysctl.<key>`. A key on several lines has the lines together as its value. */
export function parseSysctl(text: string): Fields {
  const values = new Map<string, string>()
  for (const { key, value } of readSettings(text)) {
    const before = values.get(key)
    values.set(key, before === undefined ? value : `${before}\n${value}`)
  }
  return fieldsOf(values)
}

/** Fields of the settings a configuration file asks for, `sysctl.<key>`; the last line for a key wins. */
export function parseSysctlConf(text: string): Fields {
  const values = new Map<string, string>()
  for (const { key, value } of readSettings(text)) values.set(key, value)
  return fieldsOf(values)
}

/** Settings in order of their lines. Comments, lines without `=` and keys with wildcards are left out. */
export function* readSettings(text: string): Generator<Setting> {
  for (const { key, value } of readAssignments(text))
    if (value !== undefined && keyShape.test(key)) yield { key, value }
}

/** A line of a configuration file. */
export interface Assignment {
  /** As of a setting; it may be a pattern (`net.ipv4.conf.*.rp_filter`). */
  key: string
  /** Undefined: nothing is set, and no pattern means this key. */
  value: string | undefined
  /** With a hyphen before the key, to fail is no failure. */
  mayFail: boolean
}

/** What sysctl(8) and systemd-sysctl(8) read in a file, in order of its lines. */
export function* readAssignments(text: string): Generator<Assignment> {
  for (const row of text.split('\n')) {
    const equals = row.indexOf('=')
    const end = equals === -1 ? row.length : equals
    if (end === 0 || end > longestKey) continue
    const name = row.slice(0, end).trim()
    if (name.startsWith('#') || name.startsWith(';')) continue
    const mayFail = name.startsWith('-')
    if (equals === -1 && !mayFail) continue
    const key = dotted(mayFail ? name.slice(1).trim() : name)
    if (patternShape.test(key)) yield { key, value: equals === -1 ? undefined : row.slice(equals + 1).trim(), mayFail }
  }
}

/** The key of an entry by its path below /proc/sys: `net/ipv4/conf/eth0.100/forwarding` is `net.ipv4.conf.eth0/100.forwarding`. */
export function sysctlKey(path: string): string {
  return path.replace(/[./]/g, (separator) => (separator === '/' ? '.' : '/'))
}

/** Keys, which are not to be stored: of TCP fast open, of stable IPv6 addresses, of receive side scaling. */
export function isSecretSysctl(key: string): boolean {
  return secret.test(key)
}

/** Whether an entry is made up anew for every read, so that its value says nothing at all. */
export function isRandomSysctl(key: string): boolean {
  return random.test(key)
}

/** Whether an entry is never read: it can only be written, or a kernel of today has another in its place. */
export function isUnreadSysctl(key: string): boolean {
  return unread.test(key)
}

/** Whether an entry counts or measures, so that its value says nothing about a change of settings. */
export function isVolatileSysctl(key: string): boolean {
  return volatile.test(key)
}

/** The text of `sysctl -a` without the entries that are random, count or measure. */
export function withoutVolatileSysctls(text: string): string {
  return text
    .split('\n')
    .filter((row) => {
      const equals = row.indexOf(' =')
      const key = row.slice(0, Math.max(equals, 0))
      return !isVolatileSysctl(key) && !isRandomSysctl(key)
    })
    .join('\n')
}

/** More than a kernel with everything built in has beside its interfaces. */
const mostFields = 2000

/** Far beyond the deepest path of the tree; the shape of a key is not looked for in megabytes. */
const longestKey = 1024
const keyShape = /^[A-Za-z][\w/:@+-]*(?:\.[\w/:@+-]+)+$/
const patternShape = /^[\w/:@+*?[\]!^-]+(?:\.[\w/:@+*?[\]!^-]+)+$/
const secret = /(?:^|\.)(?:tcp_fastopen_key|stable_secret|netdev_rss_key)$/
const unread =
  /(?:^|\.)(?:base_reachable_time|retrans_time|stat_refresh)$|^vm\.(?:compact_memory|drop_caches)$|^net\.ipv[46]\.route\.flush$/
const random = /^kernel\.random\.uuid$/
const volatile = new RegExp(
  `^(?:${[
    'fs\\.(?:dentry-state|file-nr|inode-nr|inode-state|aio-nr)',
    'fs\\.quota\\..*',
    'kernel\\.random\\.entropy_avail',
    'kernel\\.(?:ns_last_pid|pty\\.nr|hung_task_detect_count)',
    'kernel\\.sched_domain\\..*\\.max_newidle_lb_cost',
    'net\\.(?:netfilter\\.|ipv4\\.netfilter\\.|ipv4\\.)?(?:nf|ip)_conntrack_count',
  ].join('|')})$`,
)

/** The top directories of /proc/sys: a file of other `key = value` lines must not become fields. */
const trees = new Set('abi crypto debug dev fs fscache kernel lnet net sunrpc user vm xen'.split(' '))
/** One entry for each interface, CPU, port or registered format: those would grow the mapping with the fleet. */
const perDevice =
  /^(?:net\.(?:[\w-]+\.)?(?:conf|neigh)\.(?!(?:all|default|lo)\.)|kernel\.sched_domain\.|fs\.binfmt_misc\.|dev\.parport\.(?!default\.))/

function fieldsOf(values: ReadonlyMap<string, string>): Fields {
  const fields: Fields = {}
  let count = 0
  for (const [key, value] of values) {
    if (!isField(key)) continue
    fields[`sysctl.${key}`] = typed(value)
    if (++count === mostFields) break
  }
  return fields
}

function isField(key: string): boolean {
  if (key.length > 128 || !trees.has(key.slice(0, key.indexOf('.')))) return false
  return !perDevice.test(key) && !isSecretSysctl(key)
}

const integer = /^-?(?:0|[1-9]\d*)$/
const blanks = /[ \t]+/

/** An integer, several of them, or text; what a double cannot hold exactly stays text. */
function typed(value: string): FieldValue {
  const numbers = value.length > 1000 ? [Number.NaN] : value.split(blanks).map(exact)
  if (numbers.some(Number.isNaN)) return value
  return numbers.length === 1 ? (numbers[0] ?? value) : numbers
}

function exact(digits: string): number {
  const number = integer.test(digits) ? Number(digits) : Number.NaN
  return Number.isSafeInteger(number) ? number + 0 : Number.NaN
}

/** As sysctl(8): the first separator says how a key is spelt; with a slash first, slashes and dots change places. */
function dotted(key: string): string {
  return /^[^./]*\//.test(key) ? sysctlKey(key) : key
}
