// How a field is held by the index: natively, under its own name and a type of its own; or as exact terms (exact-terms.ts),
// where only the host decides whether it is a number or a text, and where nothing is declared.
import { addressKey } from '../../../query/ip-address.ts'
import type { Scalar } from '../../../snapshot/document.ts'
import type { Field, FieldType } from '../../../snapshot/field.ts'

/** What the index can hold under a field's own name. */
export interface FieldTypes {
  /** The declared type of a field; undefined where values are mixed or nothing is declared. */
  nativeType(name: string): FieldType | undefined
  /** Whether the field may stand under its own name in a document that is sent. */
  isMapped(name: string): boolean
  /** Whether the field is one of a family: the mapping of an index may be full before such a field comes to it. */
  isOfFamily(name: string): boolean
  /** Every declared field that is none of a family. */
  readonly single: readonly Field[]
  readonly families: readonly Family[]
}

export interface Family {
  /** Without the star: `sysctl.`. */
  prefix: string
  /** Undefined: numbers or texts, as the host has it. */
  type: FieldType | undefined
}

/** Parts of letters, digits and what kernels put into names: a part that is empty or blank would cost the whole document. */
const plainName = /^[\w\-/:+@%,~#]+(?:\.[\w\-/:+@%,~#]+)*$/
const longestName = 300
const mostRemembered = 10_000
/** Facts of the configuration: always text, whatever a source would make of such a type. */
const textFamilies: ReadonlySet<string> = new Set(['labels.'])

/** Reads the declarations of the core fields and of all sources. */
export function fieldTypesOf(fields: readonly Field[]): FieldTypes {
  const single = fields.filter(({ name }) => !name.endsWith('.*'))
  const types = new Map(single.map(({ name, type }) => [name, type]))
  const families = fields
    .filter(({ name }) => name.endsWith('.*'))
    .map(({ name, type }): Family => {
      const prefix = name.slice(0, -1)
      return { prefix, type: type === 'keyword' && !textFamilies.has(prefix) ? undefined : type }
    })
    .sort((a, b) => b.prefix.length - a.prefix.length)
  const familyOf = (name: string) => families.find(({ prefix }) => name.startsWith(prefix))
  const meaningOf = remembered((name): Meaning => {
    const type = types.get(name)
    if (type !== undefined) return { type, mapped: true, open: false }
    const family = isPlain(name) ? familyOf(name) : undefined
    return { type: family?.type, mapped: family !== undefined, open: family !== undefined }
  })
  return {
    single,
    families,
    nativeType: (name) => meaningOf(name).type,
    isMapped: (name) => meaningOf(name).mapped,
    isOfFamily: (name) => meaningOf(name).open,
  }
}

interface Meaning {
  type: FieldType | undefined
  mapped: boolean
  open: boolean
}

/** Names repeat themselves from document to document. */
function remembered(find: (name: string) => Meaning): (name: string) => Meaning {
  const known = new Map<string, Meaning>()
  return (name) => {
    const meaning = known.get(name)
    if (meaning !== undefined) return meaning
    if (known.size >= mostRemembered) known.clear()
    const found = find(name)
    known.set(name, found)
    return found
  }
}

function isPlain(name: string): boolean {
  return name.length <= longestName && plainName.test(name)
}

/** Texts longer than this are not indexed as a whole under their field's name. */
export const longestKeyword = 8000

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/

/** Whether a field of a native type answers for a value exactly as the value is; else its exact term must. */
export function isHeldNatively(type: FieldType | undefined, value: Scalar): boolean {
  switch (type) {
    case undefined:
    case 'text':
      return false
    case 'keyword':
      return typeof value === 'string' && value.length <= longestKeyword
    case 'boolean':
      return typeof value === 'boolean'
    case 'double':
      return typeof value === 'number' && Number.isFinite(value)
    case 'long':
      return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 63
    case 'date':
      return typeof value === 'string' && isoTime.test(value) && !Number.isNaN(Date.parse(value))
    case 'ip':
      return typeof value === 'string' && isPlainAddress(value)
    default:
      return type satisfies never
  }
}

/** An address as Elasticsearch takes it: without the zone of a link-local one. */
function isPlainAddress(value: string): boolean {
  return !value.includes('%') && addressKey(value) !== undefined
}
