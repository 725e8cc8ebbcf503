// Integers as the kernel prints them.

const integer = /^-?\d{1,19}$/
const largest = 2n ** 63n - 1n

/**
 * The number a text spells, undefined when it is none or does not fit 64 bits with a sign. Above 2^53 it is the nearest
 * double; an unsigned counter that wrapped below zero (18446744073709551615) is no number anybody wants.
 */
export function parseInteger(text: string | undefined): number | undefined {
  if (text === undefined || !integer.test(text)) return undefined
  const number = Number(text)
  if (Number.isSafeInteger(number)) return number === 0 ? 0 : number
  const exact = BigInt(text)
  return exact <= largest && exact >= -largest ? number : undefined
}
