// Facts of devices as mitra writes them of /sys: `eth0 mtu 1500`, a fact a line.
import type { Fields } from '../snapshot/document.ts'
import { parseInteger } from './integer.ts'

const line = /^([\w.!:@-]{1,32}) ([a-z_]{1,40}) (\S.{0,200})$/
const mostLines = 5000

/** The fact lines of one device: numbers as numbers, `true` and `false` as booleans, else the text. */
export function parseDeviceFacts(family: string, text: string): Fields {
  const fields: Fields = {}
  for (const row of text.split('\n', mostLines)) {
    const [, device, name, value = ''] = line.exec(row.trimEnd()) ?? []
    if (device === undefined) continue
    const isTruth = value === 'true' || value === 'false'
    fields[`${family}.${device.replace('!', '_')}.${name}`] = isTruth
      ? value === 'true'
      : (parseInteger(value) ?? value)
  }
  return fields
}

/** Lines of facts; what is undefined or blank, and what is no single line, has none. */
export function deviceFactLines(device: string, facts: Record<string, string | number | boolean | undefined>): string {
  return Object.entries(facts)
    .map(([name, value]) => [name, String(value ?? '').trim()] as const)
    .filter(([, value]) => value !== '' && !value.includes('\n'))
    .map(([name, value]) => `${device} ${name} ${value}\n`)
    .join('')
}
