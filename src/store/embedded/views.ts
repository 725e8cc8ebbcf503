// The three views as SQL over entry `e`, version `v` and, for days, day `d`.
import type { SQLInputValue } from 'node:sqlite'
import { dayOf } from '../../snapshot/document.ts'
import type { View } from '../store.ts'

/** SQL of a document's `@timestamp` in a view: when its state was last seen, or when it began. */
export function atOf(view: View): string {
  switch (view.kind) {
    case 'latest':
      return 'e.latest_at'
    case 'days':
      return 'd.at'
    case 'history':
      return 'v.at'
    case 'moment':
      // seen at that time or before, and after the version began: that was the version
      return `max(v.at, coalesce((SELECT s.at FROM day s WHERE s.entry_id = e.id AND s.day <= ${dayOf(timeOf(view))} AND s.at <= ${timeOf(view)} ORDER BY s.day DESC LIMIT 1), v.at))`
  }
}

/**
 * FROM and WHERE of a view, to which tests on `e`, `v` and `d` can be added. CROSS JOIN fixes the order of the loops: from
 * the candidates (`narrowed`: a test on `v.id` follows), or else from the entries.
 */
export function scopeOf(view: View, narrowed: boolean): { from: string; where: string; parameters: SQLInputValue[] } {
  switch (view.kind) {
    case 'latest':
      return {
        from: narrowed
          ? 'version v CROSS JOIN entry e ON e.id = v.entry_id AND e.latest = v.id'
          : 'entry e CROSS JOIN version v ON v.id = e.latest',
        where: '1',
        parameters: [],
      }
    case 'days':
      return {
        from: narrowed
          ? 'version v CROSS JOIN day d ON d.version_id = v.id CROSS JOIN entry e ON e.id = d.entry_id'
          : 'entry e CROSS JOIN day d ON d.entry_id = e.id CROSS JOIN version v ON v.id = d.version_id',
        where: 'd.day BETWEEN ? AND ?',
        parameters: [view.from, view.to],
      }
    case 'history':
      return {
        from: narrowed
          ? 'version v CROSS JOIN entry e ON e.id = v.entry_id'
          : 'entry e CROSS JOIN version v ON v.entry_id = e.id',
        where: 'v.at BETWEEN ? AND ?',
        parameters: [view.from ?? -8.64e15, view.to ?? 8.64e15],
      }
    case 'moment':
      return narrowed
        ? {
            from: 'version v CROSS JOIN entry e ON e.id = v.entry_id',
            where: `v.id = ${newestAt(view)}`,
            parameters: [],
          }
        : { from: `entry e CROSS JOIN version v ON v.id = ${newestAt(view)}`, where: '1', parameters: [] }
  }
}

/** SQL of the version of an entry that is its newest at a time. */
function newestAt(view: Moment): string {
  return `(SELECT n.id FROM version n WHERE n.entry_id = e.id AND n.at <= ${timeOf(view)} ORDER BY n.at DESC LIMIT 1)`
}

/** As SQL: a whole number in the range of JavaScript's dates. */
function timeOf({ at }: Moment): number {
  return Math.max(-8.64e15, Math.min(8.64e15, Math.floor(at)))
}

type Moment = Extract<View, { kind: 'moment' }>

/** Ids of the view's versions that pass a test on the columns of `e`, `v` and `d`; the test's parameters come first. */
export function versionsInView(view: View, test: string): { sql: string; parameters: SQLInputValue[] } {
  switch (view.kind) {
    case 'latest':
      return {
        sql: `SELECT e.latest AS id FROM entry e${needsVersion(test) ? ' CROSS JOIN version v ON v.id = e.latest' : ''} WHERE (${test}) AND e.latest IS NOT NULL`,
        parameters: [],
      }
    case 'days':
      return {
        sql: `SELECT d.version_id AS id FROM entry e CROSS JOIN day d ON d.entry_id = e.id${needsVersion(test) ? ' CROSS JOIN version v ON v.id = d.version_id' : ''} WHERE (${test}) AND d.day BETWEEN ? AND ?`,
        parameters: [view.from, view.to],
      }
    case 'history':
      return {
        sql: `SELECT v.id FROM entry e CROSS JOIN version v ON v.entry_id = e.id WHERE (${test}) AND v.at BETWEEN ? AND ?`,
        parameters: [view.from ?? -8.64e15, view.to ?? 8.64e15],
      }
    case 'moment':
      return {
        sql: `SELECT v.id FROM entry e CROSS JOIN version v ON v.id = ${newestAt(view)} WHERE (${test})`,
        parameters: [],
      }
  }
}

/** A test on the version reads it, which one on its entry need not. Without it `v` would be that of the question around. */
function needsVersion(test: string): boolean {
  return /\bv\./.test(test)
}
