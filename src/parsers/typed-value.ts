// What a word of a configuration file is: a number, or a text.
import type { Scalar } from '../snapshot/document.ts'

/** A number where its digits say no more than the number: `022` is a text. */
export function typedValue(value: string): Scalar {
  const number = Number(value)
  return value !== '' && String(number) === value && Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : value
}

/** Without the quotes around it, as a shell reads `NAME="value"`; undefined where a quote is opened and not closed. */
export function unquoted(value: string): string | undefined {
  const [, quote, inner] = /^(["'])(.*)\1$/.exec(value) ?? []
  if (inner === undefined) return /^["']/.test(value) ? undefined : value
  return quote === '"' ? inner.replace(/\\(["$`\\])/g, '$1') : inner
}
