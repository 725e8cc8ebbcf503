// /proc/uptime: fs/proc/uptime.c. `350735.47 234388.90`: seconds since boot, and idle seconds of all processors together.

/** Seconds since boot, undefined when the line is another. */
export function parseUptime(text: string): number | undefined {
  const [, seconds] = /^(\d{1,12}\.\d{2})(?:\s|$)/.exec(text) ?? []
  return seconds === undefined ? undefined : Number(seconds)
}
