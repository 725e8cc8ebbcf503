// How two states differ, written in the form asked for.
import { ActionableError } from '../errors.ts'
import { type ContentChange, contentChange, type FieldChange, metadataChanges, standingOf } from '../history/change.ts'
import { diffKeys, type KeyDiff } from '../history/key-diff.ts'
import { diffLines, type LineDiff, linesOf } from '../history/line-diff.ts'
import { type Document, timeOf } from '../snapshot/document.ts'
import type { Paint } from '../terminal/color.ts'
import { harmless } from '../terminal/harmless.ts'
import type { Io } from '../terminal/io.ts'
import { jsonLine } from '../terminal/ndjson.ts'
import { utcTime } from '../terminal/time.ts'
import { keyLines } from './key-listing.ts'
import { patchHeadings, patchOf, textOf } from './patch.ts'

export type DifferenceKind = 'unified' | 'side-by-side' | 'word' | 'keys' | 'json'

export interface DifferenceForm {
  kind: DifferenceKind
  /** Key by key where there is something that counts or measures, and without it. */
  ignoreVolatile: boolean
  /** Unchanged lines around each change. */
  context: number
  paint: Paint
  quiet: boolean
}

/** Two states that could be read. */
export interface Pair {
  before: Document
  after: Document
}

/** Writes what differs; returns 0 where nothing does, else 1. */
export async function writeDifference(pair: Pair, form: DifferenceForm, io: Io): Promise<number> {
  if (form.kind === 'json') return writeJson(pair, form, io)
  const isDifferent = await writeContent(pair, form, io)
  if (!form.quiet) await sayMetadata(pair, io)
  return isDifferent ? 1 : 0
}

async function writeContent(pair: Pair, form: DifferenceForm, io: Io): Promise<boolean> {
  const { before, after } = pair
  const [old, made] = [textOf(before), textOf(after)]
  const keys = diffKeys(before, after, form)
  if (form.kind === 'keys' && !keys && standingOf(before) === standingOf(after))
    throw new ActionableError(`the content of ${before['file.path']} has no keys`, { next: 'leave --keys out' })
  const isByKey = form.kind === 'keys' || (form.ignoreVolatile && isMeasured(after))
  if (keys && (isByKey || old === undefined || made === undefined)) return writeKeys(pair, keys, form, io)
  if (old === undefined || made === undefined) return writeBytes(pair, form, io)
  if (old === made && standingOf(before) === standingOf(after)) return false
  const diff = diffLines(old, made)
  if (diff.isCoarse && !form.quiet)
    await io.stderr.write('too different to compare line by line: lines that did not change may be among these\n')
  for (const piece of await piecesOf(pair, diff, form, io)) await io.stdout.write(piece)
  return true
}

async function piecesOf(
  { before, after }: Pair,
  diff: LineDiff,
  { kind, context, paint }: DifferenceForm,
  io: Io,
): Promise<Iterable<string>> {
  const form = { context, paint, isHarmless: io.stdout.isTerminal }
  if (kind === 'word') return (await import('./word-patch.ts')).wordPatch(before, after, diff, form)
  if (kind !== 'side-by-side') return patchOf(before, after, diff, form)
  const width = io.stdout.isTerminal ? io.stdout.columns : 130
  return (await import('./side-by-side.ts')).sideBySide(before, after, diff, { context, paint, width })
}

/** Whether some of its keys change by themselves. */
function isMeasured(document: Document): boolean {
  return document['event.kind'] === 'metric' || document['event.dataset'] === 'mitra.sysctl'
}

async function writeKeys(
  { before, after }: Pair,
  keys: KeyDiff,
  { paint, quiet }: DifferenceForm,
  io: Io,
): Promise<boolean> {
  const isOther = keys.isPartial || (keys.changes.length === 0 && keys.kind !== 'field' && keys.ignored === 0)
  if (isOther && textOf(before) !== textOf(after) && !quiet)
    await io.stderr.write('the texts differ beside their keys; without --keys it is shown how\n')
  if (keys.ignored > 0 && !quiet) await io.stderr.write(`${keys.ignored} more that count or measure are left out\n`)
  if (keys.changes.length === 0) return false
  for (const heading of patchHeadings(before, after, { paint })) await io.stdout.write(heading)
  const figureOf = io.stdout.isTerminal && keys.kind === 'field' ? await figuresOf(after) : undefined
  for (const line of keyLines(keys.changes, paint, figureOf)) await io.stdout.write(line)
  return true
}

/** Figures as people read them, by the unit of their field. */
async function figuresOf(document: Document): Promise<(key: string, value: number) => string> {
  const [{ fieldOf }, { amounts }, { catalogue }, { figure }] = await Promise.all([
    import('../history/keyed.ts'),
    import('../history/figures.ts'),
    import('./declared-fields.ts'),
    import('../terminal/figure.ts'),
  ])
  const amountOf = amounts(catalogue)
  return (key, value) => figure(value, amountOf(fieldOf(document, key)).unit)
}

/** What is known of a content without text: whether it is the same, as diff(1) tells of binary files. */
async function writeBytes({ before, after }: Pair, { paint }: DifferenceForm, io: Io): Promise<boolean> {
  if (standingOf(before) === standingOf(after) && !contentChange(before, after, {})) return false
  for (const heading of patchHeadings(before, after, { paint })) await io.stdout.write(heading)
  const size = (document: Document) => (standingOf(document) === 'removed' ? 0 : (document['file.size'] ?? 'unknown'))
  const isBinary = [before, after].some((document) => document['file.encoding'] === 'binary')
  await io.stdout.write(
    `${isBinary ? 'Binary files' : 'Files whose text is not kept'} differ: ${size(before)} -> ${size(after)} bytes\n`,
  )
  return true
}

async function sayMetadata({ before, after }: Pair, io: Io): Promise<void> {
  if (standingOf(before) !== standingOf(after)) return
  for (const { field, ...values } of fileChanges(before, after))
    await io.stderr.write(`${harmless(`${field}: ${values.before ?? 'none'} -> ${values.after ?? 'none'}`)}\n`)
}

/** Labels are those of a host, not of a file. */
function fileChanges(before: Document, after: Document): FieldChange[] {
  return metadataChanges(before, after, false).filter(({ field }) => !field.startsWith('labels.'))
}

async function writeJson({ before, after }: Pair, form: DifferenceForm, io: Io): Promise<number> {
  const keys = diffKeys(before, after, form)
  const [old, made] = [textOf(before), textOf(after)]
  const isText = old !== undefined && made !== undefined
  const lines = isText && !(form.ignoreVolatile && isMeasured(after)) ? diffLines(old, made) : undefined
  const change = contentChange(before, after, form)
  const isSame = lines
    ? old === made && standingOf(before) === standingOf(after)
    : keys
      ? keys.changes.length === 0
      : !change
  await io.stdout.write(
    jsonLine({
      before: sideOf(before),
      after: sideOf(after),
      same: isSame,
      ...(keys && { keys: keys.changes, ignored: keys.ignored }),
      ...(lines && { lines: jsonOfLines(lines) }),
      ...bytesOf(change),
      metadata: fileChanges(before, after),
    }),
  )
  return isSame ? 0 : 1
}

function bytesOf(change: ContentChange | undefined): { bytes?: object } {
  return change?.kind === 'bytes' ? { bytes: { before: change.before, after: change.after } } : {}
}

function sideOf(document: Document): object {
  return {
    host: document['host.name'],
    path: document['file.path'],
    time: utcTime(timeOf(document)),
    exists: standingOf(document) !== 'removed',
    size: document['file.size'],
    hash: document['file.hash.sha256'],
  }
}

/** Line numbers from 1. A diff that is coarse would hold both texts, and hardly tell more than its size. */
function jsonOfLines({ edits, removed, added, isCoarse }: LineDiff): object {
  return {
    removed,
    added,
    coarse: isCoarse,
    ...(!isCoarse && {
      edits: edits.map((edit) => ({
        old_line: edit.oldStart + 1,
        new_line: edit.newStart + 1,
        removed: [...linesOf(edit.removed)],
        added: [...linesOf(edit.added)],
      })),
    }),
  }
}
