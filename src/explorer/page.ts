// What a page is: a question to the store, its answer as data (the JSON twin), and the answer as HTML.
import { ActionableError } from '../errors.ts'
import type { Catalogue } from '../query/field-meaning.ts'
import type { FieldValue } from '../snapshot/document.ts'
import type { Field } from '../snapshot/field.ts'
import type { Store } from '../store/store.ts'
import type { Markup } from './markup.ts'

/** What pages are made from. */
export interface Explorer {
  store: Store
  /** The fields of sources, for reading queries. */
  catalogue: Catalogue
  /** Every declared field. */
  fields: readonly Field[]
  /** Milliseconds since the epoch. */
  now(): number
}

/** One request of a page. */
export interface Ask extends Explorer {
  /** What the address says after the question mark, and the names in its path. */
  params: URLSearchParams
  name: string
}

export interface View {
  title: string
  main: Markup
  /** Which part of the navigation it belongs to. */
  section?: Section
  /** Names of scripts beside the one of every page. */
  scripts?: readonly string[]
}

export type Section = 'search' | 'hosts' | 'log' | 'values' | 'drift' | 'compare'

export interface Page<Model extends object = object> {
  /** `:name` stands for a name in the path. */
  path: string
  /** Throws ActionableError for what whoever asks can mend. */
  load(ask: Ask): Promise<Model>
  render(model: Model, ask: Ask): View
  /** The answer as rows, for CSV. */
  rows?(model: Model): Row[]
  /** The form alone, to be shown above what is wrong with its values. */
  form?(ask: Ask): Markup
  section?: Section
}

export type Row = Record<string, FieldValue | undefined>

/** Checks a declaration and forgets its exact types, for the list of pages. */
export function definePage<Model extends object>(page: Page<Model>): Page {
  return page as unknown as Page
}

/** The value of a parameter, without blanks around it; undefined where it says nothing. */
export function param({ params }: Pick<Ask, 'params'>, name: string): string | undefined {
  const value = params.get(name)?.trim()
  return value === '' ? undefined : value
}

/** A whole number of the address within its limits, else what holds without it. */
export function numberParam(
  ask: Pick<Ask, 'params'>,
  name: string,
  { least = 1, most, usual }: { least?: number; most: number; usual: number },
): number {
  const value = Number(param(ask, name) ?? usual)
  return Number.isInteger(value) ? Math.min(most, Math.max(least, value)) : usual
}

/** Nothing is known of what was asked for: the page is 404. */
export class NotKnown extends ActionableError {}
