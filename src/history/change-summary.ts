// A change in one line, and by what the same change is known again on other hosts.
import { hash } from 'node:crypto'
import type { FieldValue } from '../snapshot/document.ts'
import type { Bytes, Change, ContentChange, FieldChange } from './change.ts'
import type { KeyChange } from './key-diff.ts'
import type { KeyKind } from './keyed.ts'

/** Characters after which no further key or field is named. */
const enough = 90
const longestValue = 40

/**
 * `2 keys: net.core.somaxconn 128 -> 16384, vm.swappiness 60 -> 1`, `+3 -1 lines; mode 0644 -> 0600`, `removed`. Holds names and
 * values as the host has them: make it harmless before it is printed.
 */
export function summaryOf(change: Change): string {
  switch (change.kind) {
    case 'same':
      return 'nothing changed'
    case 'touched':
      return `only ${listed(change.fields.map(({ field }) => field.replace('file.', '')))} changed`
    case 'appeared':
      return change.size === undefined ? 'appeared' : `appeared, ${sizeText(change.size)}`
    case 'missing':
      return 'not there'
    case 'removed':
      return 'removed'
    case 'returned':
      return joined(['came back', contentText(change.content)])
    case 'unreadable':
      return joined([`could not be read: ${change.reason}`, fieldsText(change.metadata)])
    case 'readable':
      return joined(['readable again', contentText(change.content), fieldsText(change.metadata)])
    case 'changed':
      return joined([contentText(change.content), fieldsText(change.metadata)])
    default:
      return change satisfies never
  }
}

/** 16 hexadecimal digits, equal for equal changes of whatever source and host: the same lines or keys from the same to the same. */
export function identityOf(change: Change): string {
  return hash('sha256', JSON.stringify(essenceOf(change))).slice(0, 16)
}

/** Where lines stand in the file is no part of it. */
function essenceOf(change: Change): unknown {
  const content = 'content' in change ? change.content : undefined
  if (content?.kind !== 'lines') return change
  return { ...change, content: content.edits.map(({ removed, added }) => [digest(removed), digest(added)]) }
}

/** Of a text, which may be too long for JSON. */
function digest(text: string): string {
  return hash('sha256', text)
}

function contentText(content: ContentChange | undefined): string {
  switch (content?.kind) {
    case undefined:
      return ''
    case 'keys':
      return `${content.changes.length} ${nounOf(content.of, content.changes.length)}: ${listed(inOrder(content.of, content.changes).map(keyText))}`
    case 'lines':
      return `+${content.added} -${content.removed} lines${content.isCoarse ? ', too different to compare line by line' : ''}`
    case 'bytes':
      return bytesText(content.before, content.after)
    default:
      return content satisfies never
  }
}

function bytesText(before: Bytes, after: Bytes): string {
  if (before.isBinary !== after.isBinary) return after.isBinary ? 'text became binary' : 'binary became text'
  const kind = after.isBinary ? 'binary' : 'text not kept'
  if (before.size === undefined || after.size === undefined) return `${kind}, other content`
  if (before.size === after.size) return `${kind}, other content of the same size`
  return `${kind}, ${before.size} -> ${sizeText(after.size)}`
}

function keyText(change: KeyChange): string {
  switch (change.status) {
    case 'added':
      return `+${change.key} ${valueText(change.after)}`
    case 'removed':
      return `-${change.key} ${valueText(change.before)}`
    case 'changed':
      return `${change.key} ${valueText(change.before)} -> ${valueText(change.after)}`
    default:
      return change satisfies never
  }
}

/** Of figures the widest relative move first; settings and packages by name. */
function inOrder(kind: KeyKind, changes: readonly KeyChange[]): readonly KeyChange[] {
  if (kind !== 'field') return changes
  const width = (change: KeyChange) => (change.status === 'changed' ? Math.abs(change.move?.share ?? 1) : 0)
  return changes.toSorted((a, b) => width(b) - width(a))
}

function nounOf(kind: KeyKind, count: number): string {
  const noun = kind === 'package' ? 'package' : 'key'
  return count === 1 ? noun : `${noun}s`
}

function fieldsText(fields: readonly FieldChange[]): string {
  return listed(
    fields.map(
      ({ field, before, after }) => `${field.replace(/^file\./, '')} ${valueText(before)} -> ${valueText(after)}`,
    ),
  )
}

/** A value on one line, cut where it is long. */
function valueText(value: FieldValue | undefined): string {
  if (value === undefined) return 'none'
  const text = (typeof value === 'object' ? value.join(', ') : String(value)).replace(/\s+/g, ' ')
  if (text === '') return '""'
  return text.length > longestValue ? `${text.slice(0, longestValue - 1).toWellFormed()}…` : text
}

/** As many as one line bears, and how many more there are. */
function listed(texts: readonly string[]): string {
  let count = 0
  for (let length = 0; count < texts.length; count++) {
    length += (texts[count]?.length ?? 0) + 2
    if (length > enough && count > 0) break
  }
  const more = texts.length - count
  return texts.slice(0, count).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

function sizeText(size: number): string {
  return size === 1 ? '1 byte' : `${size} bytes`
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('; ')
}
