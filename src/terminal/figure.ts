// Figures for people, by their unit: three digits say enough, and columns stay narrow.
import type { Unit } from '../snapshot/field.ts'
import { duration, grouped } from './units.ts'

const prefixes = ['', 'k', 'M', 'G', 'T', 'P', 'E']

/** `13.4 GB`, `6.58 M`, `164,096`, `12.5 %`, `3 h`; a number without a unit is a setting and stays as it is. */
export function figure(value: number, unit: Unit | undefined): string {
  switch (unit) {
    case undefined:
      return String(value)
    case 'bytes':
      return `${scaled(value, 1000)}B`
    case 'percent':
      return `${plain(value)} %`
    case 'ms':
      return signed(value, (size) => duration(size))
    case 's':
      return signed(value, (size) => duration(size * 1000))
    case 'per_second':
      return `${count(value)}/s`
    case 'pages':
    case 'count':
      return count(value)
  }
}

/** How fast a counter of this unit goes up: `12.5/s`, `1.20 MB/s`, `250 ms/s`. */
export function rate(perSecond: number, unit: Unit | undefined): string {
  const isMeasured = unit === 'bytes' || unit === 'ms' || unit === 's'
  return isMeasured ? `${figure(perSecond, unit)}/s` : `${count(perSecond)}/s`
}

/** With a plus sign, where it is not below zero: `+1,204`. */
export function change(value: number, unit: Unit | undefined): string {
  return `${value < 0 ? '' : '+'}${figure(value, unit)}`
}

/** Below ten millions in full. */
function count(value: number): string {
  if (Math.abs(value) >= 1e7) return scaled(value, 1e7)
  return plain(value)
}

/** Three digits and a prefix, as `1.20 M`; below the smallest size to be scaled as it is, as `812 `. */
function scaled(value: number, smallest: number): string {
  if (Math.abs(value) < smallest) return `${plain(value)} `
  let size = value
  let power = 0
  while (Math.abs(size) >= 999.5 && power < prefixes.length - 1) {
    size /= 1000
    power++
  }
  return `${size.toPrecision(3)} ${prefixes[power]}`
}

function plain(value: number): string {
  const size = Math.abs(value)
  if (Number.isInteger(value) || size >= 100) return signed(value, (each) => grouped(Math.round(each)))
  return size >= 1 ? String(Math.round(value * 100) / 100) : String(Number(value.toPrecision(2)))
}

function signed(value: number, text: (size: number) => string): string {
  return value < 0 ? `-${text(-value)}` : text(value)
}
