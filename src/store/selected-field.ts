// Which fields a selection means.

/** A test of names for fields given as names, or as the beginning of names with a trailing `.*`. */
export function isSelected(fields: readonly string[]): (name: string) => boolean {
  const whole = new Set(fields)
  const beginnings = fields.filter((field) => field.endsWith('.*')).map((field) => field.slice(0, -1))
  return (name) => whole.has(name) || beginnings.some((beginning) => name.startsWith(beginning))
}
