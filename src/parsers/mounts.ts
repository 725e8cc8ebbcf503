// /proc/mounts: fs/proc_namespace.c (show_vfsmnt), proc_pid_mounts(5): device, mount point, type, options, two zeros; blanks, tabs,
// line ends and backslashes are written as \040 and so on.

export interface Mount {
  device: string
  /** As the kernel wrote it, so without blanks. */
  escapedPoint: string
  type: string
  readOnly: boolean
}

const line = /^(\S+) (\/\S*) (\S{1,64}) (\S+) \d \d\s*$/
/** A host of containers has thousands. */
const mostLines = 20_000

/** The mounts in order of the table; a later one at the same point hides an earlier one. */
export function parseMounts(text: string): Mount[] {
  return text.split('\n', mostLines).flatMap((row) => {
    const [, device, escapedPoint, type, options] = line.exec(row) ?? []
    if (device === undefined || escapedPoint === undefined || type === undefined) return []
    return [{ device, escapedPoint, type, readOnly: options === 'ro' || options?.startsWith('ro,') === true }]
  })
}

/** The path of a mount point. */
export function unescaped(point: string): string {
  return point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}
