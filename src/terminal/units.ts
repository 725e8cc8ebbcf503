// Numbers for people: thousands, sizes, shares, durations. The same on every machine, whatever its locale.

/** 1234567 as `1,234,567`. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}

/** `1 host`, `2 hosts`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`
}

const sizes = ['kB', 'MB', 'GB', 'TB', 'PB']

/** Bytes in decimal units: `812 B`, `4.1 kB`, `12 MB`. */
export function bytes(count: number): string {
  if (Math.abs(count) < 1000) return `${count} B`
  let value = count / 1000
  let unit = 0
  while (Math.abs(value) >= 999.5 && unit < sizes.length - 1) {
    value /= 1000
    unit++
  }
  return `${Math.abs(value) < 9.95 ? value.toFixed(1) : Math.round(value)} ${sizes[unit]}`
}

/** A share of a whole: `12 %`, `0.3 %`; nothing is 0 %, and only all of it is 100 %. */
export function percent(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0 %'
  const share = (part / whole) * 100
  if (share < 0.1) return '<0.1 %'
  if (part < whole && share > 99) return `${Math.min(99.9, Math.round(share * 10) / 10)} %`
  return `${share < 10 ? Math.round(share * 10) / 10 : Math.round(share)} %`
}

const steps: readonly [unit: string, milliseconds: number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
]

/** A duration in its largest whole unit: `850 ms`, `12 s`, `3 min`, `5 h`, `2 d`. */
export function duration(milliseconds: number): string {
  for (const [unit, length] of steps) {
    if (milliseconds < length) continue
    const value = milliseconds / length
    return `${unit === 's' && value < 10 ? value.toFixed(1) : Math.floor(value)} ${unit}`
  }
  return `${Math.max(0, Math.round(milliseconds))} ms`
}
