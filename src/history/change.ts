// What changed between two states of one source.
import type { Document, FieldValue } from '../snapshot/document.ts'
import { diffKeys, type KeyChange, type KeyDiffOptions } from './key-diff.ts'
import type { KeyKind } from './keyed.ts'
import { diffLines, type LineDiff } from './line-diff.ts'

export type Change =
  | { kind: 'same' }
  /** Only what a rewrite with the same content leaves behind: times and inode. */
  | { kind: 'touched'; fields: FieldChange[] }
  | { kind: 'appeared'; size?: number; sha256?: string }
  /** Never seen, and known not to be there. */
  | { kind: 'missing' }
  | { kind: 'removed' }
  /** After it was removed; with what differs from the text it had before, where that is known. */
  | { kind: 'returned'; content?: ContentChange }
  /** What it says is not known: no removal, no change of content. */
  | { kind: 'unreadable'; reason: string; metadata: FieldChange[] }
  /** After it could not be read; with what differs from the text it had before, where that is known. */
  | { kind: 'readable'; content?: ContentChange; metadata: FieldChange[] }
  | { kind: 'changed'; content?: ContentChange; metadata: FieldChange[] }

export type ContentChange =
  | { kind: 'keys'; of: KeyKind; changes: KeyChange[] }
  | ({ kind: 'lines' } & LineDiff)
  /** No text to compare on one side at least: only size and hash are known. */
  | { kind: 'bytes'; before: Bytes; after: Bytes }

export interface Bytes {
  isBinary: boolean
  size?: number
  sha256?: string
}

/** A field of the file itself; undefined where the state has none. */
export interface FieldChange {
  field: string
  before: FieldValue | undefined
  after: FieldValue | undefined
}

export interface ChangeOptions extends KeyDiffOptions {
  /** The newest state before whose text is known, for a source that comes back or is readable again. */
  known?: Document | undefined
}

/** What is known of a source: nothing, that it is gone, that it could not be read, or what it says. */
export type Standing = 'unknown' | 'removed' | 'unreadable' | 'present'

const metadata = [
  'file.type',
  'file.target_path',
  'file.mode',
  'file.owner',
  'file.uid',
  'file.group',
  'file.gid',
  'command.exit_status',
]
const traces = ['file.inode', 'file.mtime', 'file.ctime']

/** What happened from one state to the next; content by keys where it has keys, else by lines. */
export function changeBetween(before: Document | undefined, after: Document, options: ChangeOptions = {}): Change {
  const was = standingOf(before)
  const is = standingOf(after)
  if (is === 'removed') return { kind: was === 'removed' ? 'same' : was === 'unknown' ? 'missing' : 'removed' }
  if (before === undefined && is === 'present') return { kind: 'appeared', ...bytesFields(after) }
  const fields = before === undefined || was === 'removed' ? [] : metadataChanges(before, after, was === is)
  if (is === 'unreadable') {
    const reason = String(after['error.message'])
    if (was === 'unreadable' && before?.['error.message'] === reason) return changed(undefined, fields, before, after)
    return { kind: 'unreadable', reason, metadata: fields }
  }
  if (was === 'present' && before) return changed(contentChange(before, after, options), fields, before, after)
  const content = options.known && contentChange(options.known, after, options)
  if (was === 'removed') return { kind: 'returned', ...(content && { content }) }
  return { kind: 'readable', ...(content && { content }), metadata: fields }
}

export function standingOf(document: Document | undefined): Standing {
  if (document === undefined) return 'unknown'
  if (document['file.exists'] === false) return 'removed'
  const isKnown = document.content !== undefined || document['file.hash.sha256'] !== undefined
  return document['error.message'] !== undefined && !isKnown ? 'unreadable' : 'present'
}

/** What differs in the content of two states that could be read, undefined where nothing does. */
export function contentChange(before: Document, after: Document, options: KeyDiffOptions): ContentChange | undefined {
  const isText = before.content !== undefined && after.content !== undefined
  if (isText && before.content === after.content && after['event.kind'] === 'state') return undefined
  const keys = diffKeys(before, after, options)
  if (keys && keys.changes.length > 0 && !keys.isPartial) return { kind: 'keys', of: keys.kind, changes: keys.changes }
  if (keys && !keys.isPartial && (keys.kind === 'field' || keys.ignored > 0)) return undefined
  return isText ? linesChange(before.content ?? '', after.content ?? '') : bytesChange(before, after)
}

function linesChange(before: string, after: string): ContentChange | undefined {
  return before === after ? undefined : { kind: 'lines', ...diffLines(before, after) }
}

function bytesChange(before: Document, after: Document): ContentChange | undefined {
  if (before['file.hash.sha256'] === after['file.hash.sha256']) return undefined
  return { kind: 'bytes', before: bytesOf(before), after: bytesOf(after) }
}

function changed(content: ContentChange | undefined, fields: FieldChange[], before: Document, after: Document): Change {
  if (content || fields.length > 0) return { kind: 'changed', ...(content && { content }), metadata: fields }
  const touched = fieldChanges(before, after, traces)
  return touched.length > 0 ? { kind: 'touched', fields: touched } : { kind: 'same' }
}

/**
 * What differs in mode, owner and the like. Of an owner whose name changed the number goes without saying; unless both states
 * are of the same standing, fields that one of them lacks say nothing.
 */
export function metadataChanges(before: Document, after: Document, isAlike: boolean): FieldChange[] {
  const labels = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) =>
    name.startsWith('labels.'),
  )
  const found = fieldChanges(before, after, [...metadata, ...labels])
  const isNamed = (field: string) => found.some((change) => change.field === field)
  return found.filter(
    ({ field, ...values }) =>
      (isAlike || (values.before !== undefined && values.after !== undefined)) &&
      !(field === 'file.uid' && isNamed('file.owner')) &&
      !(field === 'file.gid' && isNamed('file.group')),
  )
}

function fieldChanges(before: Document, after: Document, names: readonly string[]): FieldChange[] {
  return names
    .map((field) => ({ field, before: before[field], after: after[field] }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after))
}

function bytesOf(document: Document): Bytes {
  return { isBinary: document['file.encoding'] === 'binary', ...bytesFields(document) }
}

function bytesFields(document: Document): { size?: number; sha256?: string } {
  const size = document['file.size']
  const sha256 = document['file.hash.sha256']
  return { ...(typeof size === 'number' && { size }), ...(typeof sha256 === 'string' && { sha256 }) }
}
