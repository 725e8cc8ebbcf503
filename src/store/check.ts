// What a look at a store finds: one thing looked at, and what to do where it is not right.
import { ActionableError } from '../errors.ts'

export interface Check {
  /** What was looked at, in few words; the same for every run. */
  check: string
  /** `unknown`: this login or this user may not see it. */
  status: 'ok' | 'warning' | 'problem' | 'unknown'
  detail: string
  next?: string
}

/** An error a person can act on, as a finding; throws every other. */
export function problemOf(check: string, error: unknown): Check {
  if (!(error instanceof ActionableError)) throw error
  const { message, next } = error
  return { check, status: 'problem', detail: message, ...(next !== undefined && { next }) }
}

/** Days that are kept: `3 days (2026-11-19 to 2026-11-21)`. In whole UTC days since the epoch. */
export function daysText(count: number, first: number, last: number): string {
  const span = first === last ? isoDay(first) : `${isoDay(first)} to ${isoDay(last)}`
  return `${count} ${count === 1 ? 'day' : 'days'} (${span})`
}

function isoDay(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10)
}

/** Whether days are left that should have gone; with a day's grace, since prune comes once a day. */
export function isKeptTooLong(first: number, keptDays: number | undefined, today: number): boolean {
  return keptDays !== undefined && first < today - keptDays - 1
}
