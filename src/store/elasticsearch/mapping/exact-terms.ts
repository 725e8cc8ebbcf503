// Values as terms of one keyword field, `terms`: `sysctl.vm.swappiness=n404e000000000000`. It answers for whatever the mapping
// cannot hold as it is: fields that are a number on one host and a text on another, fields of no declaration, keys beyond the
// limit of fields. The terms are made here from the document and not kept in `_source`.
import { addressKey } from '../../../query/ip-address.ts'
import type { Scalar } from '../../../snapshot/document.ts'

/** The field that holds them. */
export const termsField = 'terms'

// Lucene takes terms of 32,766 bytes at most, Elasticsearch a prefix of 1,000 characters.
const longestName = 900
const longestValue = 8000

/** The term of one value of a field. */
export function termOf(field: string, value: Scalar): string {
  return termStart(field) + tagged(value)
}

/** The term by which an address is found in its block. */
export function addressTerm(field: string, address: string): string | undefined {
  const key = addressKey(address)
  return key === undefined ? undefined : `${termStart(field)}a${key}`
}

/** What all terms of a field begin with. */
export function termStart(field: string): string {
  return `${escapedName(field)}=`
}

/** A value with the tag of its type; numbers sort as numbers, texts in code point order. */
export function tagged(value: Scalar): string {
  if (typeof value === 'number') return `n${sortableNumber(value)}`
  if (typeof value === 'boolean') return `b${value}`
  // Lucene indexes half a character otherwise than it asks for one
  return `s${value.slice(0, longestValue).toWellFormed()}`
}

const number = new DataView(new ArrayBuffer(8))

/** 16 hexadecimal digits that sort as the numbers do (IEEE 754 with the sign turned). */
export function sortableNumber(value: number): string {
  number.setFloat64(0, value === 0 ? 0 : value)
  const high = number.getUint32(0)
  const low = number.getUint32(4)
  return high >>> 31 === 1 ? hexadecimal(~high) + hexadecimal(~low) : hexadecimal(high ^ 0x8000_0000) + hexadecimal(low)
}

/** 8 hexadecimal digits. */
function hexadecimal(bits: number): string {
  return (bits >>> 0).toString(16).padStart(8, '0')
}

/** `=` ends a name, so it cannot be in one. */
export function escapedName(field: string): string {
  // nearly every name there is
  if (field.length <= longestName && /^[\w.:/-]*$/.test(field)) return field
  return field.replaceAll('%', '%25').replaceAll('=', '%3D').slice(0, longestName).toWellFormed()
}
