// Integers as the kernel prints them.

const integer = /^-?\d{1,19}$/

/**
 * The number a text spells, undefined when it is none or does not fit 64 bits with a sign. Above 2^53 it is the nearest
 * double; an unsigned counter that wrapped below zero (18446744073709551615) is no number anybody wants.
 */
export function parseInteger(text: string | undefined): number | undefined {
  if (text === undefined || !integer.test(text)) return undefined
  const number = Number(text)
  if (number === 0) return 0
  return isLong(number) ? number : undefined
}

/** Whether a figure is one that a 64 bit integer with a sign holds: stores refuse others. */
export function isLong(value: number): boolean {
  return Math.abs(value) < 2 ** 63
}
