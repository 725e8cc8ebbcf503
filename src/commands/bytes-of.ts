// A size given to an option.
import { ActionableError } from '../errors.ts'

const units: Record<string, number> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
}

/** Bytes of a size: `500`, `64kB`, `1.5MB`, `1MiB`; units are decimal unless they have an i. */
export function bytesOf(text: string, option: string): number {
  const [, amount, unit = ''] = /^(\d{1,12}(?:\.\d{1,3})?)\s*([a-z]*)$/i.exec(text.trim()) ?? []
  const factor = units[unit.toLowerCase() || 'b']
  if (amount === undefined || factor === undefined)
    throw new ActionableError(`${option}: expected a size, found ${JSON.stringify(text)}`, {
      next: 'write it as 500, 64kB, 1MB or 1MiB',
    })
  return Math.ceil(Number(amount) * factor)
}
