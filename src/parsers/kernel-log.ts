// Records of /dev/kmsg: Documentation/ABI/testing/dev-kmsg. `6,812,41204480112,-;TCP: …`: facility and level, number, microseconds since
// boot, flags; then the text, in which the kernel has written what cannot be printed as \x1b. Lines of a key and a value follow, after
// a blank.

export interface LogRecord {
  /** 0 (emergency) to 7 (debug); 3 is an error. */
  level: number
  /** Since boot. */
  microseconds: number
  text: string
}

const record = /^(\d{1,6}),\d{1,20},(\d{1,19}),[^;\n]{0,200};([^\n]*)/
const longestText = 300

/** One record of the kernel itself; undefined for those that programs wrote into the log, and for what is none. */
export function parseLogRecord(text: string): LogRecord | undefined {
  const [, priority, microseconds, message] = record.exec(text) ?? []
  if (message === undefined || Number(priority) >= 8) return undefined
  return { level: Number(priority), microseconds: Number(microseconds), text: message.slice(0, longestText) }
}

/** What operators look for, whatever level the kernel gives it. */
export const notable = {
  syn_flooding: /possible SYN flooding/i,
  conntrack_full: /nf_conntrack: table full/,
  neighbour_full: /neighbou?r(?:ing)?:? table overflow/i,
  oom_kills: /Killed process \d/,
  io_errors: /I\/O error/,
  filesystem_errors:
    /(?:EXT[234]-fs|BTRFS) (?:error|critical)|XFS \([^)]{1,40}\): (?:corruption|metadata (?:I\/O error|corruption)|.{0,40}shut ?down)|remounting filesystem read-only/i,
  hung_tasks: /blocked for more than \d+ seconds/,
  lockups: /(?:soft|hard) lockup|detected stall/i,
  hardware_errors: /\[Hardware Error\]|machine check/i,
  segfaults: /segfault at/,
  link_down: /link (?:is )?down/i,
} as const satisfies Record<string, RegExp>

/** `errors` where the kernel says so, and the names of what the text is notable for. */
export function kindsOf({ level, text }: LogRecord): string[] {
  const kinds = Object.entries(notable).flatMap(([name, phrase]) => (phrase.test(text) ? [name] : []))
  return level <= 3 ? ['errors', ...kinds] : kinds
}

/** As dmesg(1) prints it. */
export function logLine({ microseconds, text }: LogRecord): string {
  return `[${(microseconds / 1e6).toFixed(6).padStart(12)}] ${text}`
}
