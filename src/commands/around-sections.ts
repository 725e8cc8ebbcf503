// The sections of `mitra around`: each row once, as it is read by people and as it is written for machines.
import type { Around, Reboot } from '../history/around.ts'
import { summaryOf } from '../history/change-summary.ts'
import type { SourceChange } from '../history/changes.ts'
import type { KeyChange } from '../history/key-diff.ts'
import type { Move } from '../history/moves.ts'
import type { Outage } from '../history/outages.ts'
import { figure, rate } from '../terminal/figure.ts'
import { clockBeside, utcTime } from '../terminal/time.ts'
import { textOf } from './listing.ts'

export type SectionName = 'reboot' | 'outage' | 'file' | 'package' | 'sysctl' | 'level' | 'counter'

export interface Section {
  name: SectionName
  rows: Row[]
}

export interface Row {
  /** Milliseconds since the epoch. */
  time: number
  /** What it is about: a path, a package, a setting, a field. */
  subject: string
  /** What happened to it. */
  text: string
  /** A row of figures, for columns of their own. */
  move?: Move
  /** For machines; times in UTC. */
  json: Record<string, unknown>
}

/** In the order in which they are read; also those without rows. */
export function aroundSections({ reboots, outages, changes, levels, counters }: Around): Section[] {
  const parts = Map.groupBy(changes, sectionOf)
  return [
    { name: 'reboot', rows: reboots.map(rebootRow) },
    { name: 'outage', rows: outages.map(outageRow) },
    { name: 'file', rows: (parts.get('file') ?? []).map(fileRow) },
    { name: 'package', rows: (parts.get('package') ?? []).flatMap(keyRows) },
    { name: 'sysctl', rows: (parts.get('sysctl') ?? []).flatMap(keyRows) },
    { name: 'level', rows: levels.map(moveRow) },
    { name: 'counter', rows: counters.map(moveRow) },
  ]
}

/** What `--json` writes, a row each. */
export function* jsonRows(found: Around, at: number, sections: readonly Section[]): Iterable<Record<string, unknown>> {
  const { host, from, to, before, samples, samples_before } = found
  const window = { at: utcTime(at), from: utcTime(from), to: utcTime(to), before: utcTime(before) }
  yield { section: 'window', host, ...window, samples, samples_before }
  for (const { name, rows } of sections) for (const { json } of rows) yield { section: name, ...json }
  for (const source of found.unjudged) yield { section: 'unjudged', ...source }
}

function sectionOf({ path, change }: SourceChange): 'file' | 'package' | 'sysctl' {
  const content = change.kind === 'changed' ? change.content : undefined
  if (content?.kind !== 'keys') return 'file'
  if (content.of === 'package') return 'package'
  return path === '/proc/sys' ? 'sysctl' : 'file'
}

function rebootRow({ at, noticed, id, kernel, previous }: Reboot): Row {
  const isNew = kernel !== undefined && previous.kernel !== undefined && kernel !== previous.kernel
  return {
    time: at,
    subject: kernel ?? 'reboot',
    text: `${isNew ? `kernel ${previous.kernel} before, ` : ''}noticed ${clockBeside(noticed, at)}`,
    json: {
      at: utcTime(at),
      noticed: utcTime(noticed),
      boot_id: id,
      boot_id_before: previous.id,
      kernel,
      kernel_before: previous.kernel,
    },
  }
}

function outageRow({ path, status, at, until, error }: Outage): Row {
  const end = until === undefined ? '' : `, again ${clockBeside(until, at)}`
  return {
    time: at,
    subject: path ?? 'every source',
    text: `${status === 'silent' ? 'silent since this sample' : (error ?? status)}${end}`,
    json: { path, status, at: utcTime(at), ...(until !== undefined && { until: utcTime(until) }), error },
  }
}

function fileRow({ path, at, change }: SourceChange): Row {
  const summary = summaryOf(change)
  return { time: at, subject: path, text: summary, json: { path, at: utcTime(at), change: change.kind, summary } }
}

function keyRows({ path, at, change }: SourceChange): Row[] {
  const content = change.kind === 'changed' ? change.content : undefined
  if (content?.kind !== 'keys') return []
  return content.changes.map((each) => {
    const { before, after } = valuesOf(each)
    return {
      time: at,
      subject: each.key,
      text: keyText(each),
      json: { path, at: utcTime(at), change: each.status, key: each.key, before, after },
    }
  })
}

function valuesOf(change: KeyChange) {
  return {
    before: change.status === 'added' ? undefined : change.before,
    after: change.status === 'removed' ? undefined : change.after,
  }
}

function keyText(change: KeyChange): string {
  if (change.status === 'added') return `added ${textOf(change.after)}`
  if (change.status === 'removed') return `removed ${textOf(change.before)}`
  return `${textOf(change.before)} -> ${textOf(change.after)}`
}

function moveRow(move: Move): Row {
  const { path, field, unit, kind, score, usual, farthest, at, since, samples, samples_before } = move
  return {
    time: since,
    subject: field,
    text: `${figureOf(move, usual)} -> ${figureOf(move, farthest)}, score ${Math.round(score)}`,
    move,
    json: {
      path,
      field,
      unit,
      kind,
      score: Math.round(score * 100) / 100,
      usual,
      farthest,
      at: utcTime(at),
      since: utcTime(since),
      samples,
      samples_before,
    },
  }
}

/** A figure of a move for people: a size, a rate, a flag. */
export function figureOf({ kind, unit }: Pick<Move, 'kind' | 'unit'>, value: number): string {
  if (kind === 'flag') return String(value === 1)
  return kind === 'counter' ? rate(value, unit) : figure(value, unit ?? 'count')
}
