// Condition to SQL that narrows: a query giving version ids that contain every match. `exact` says for which of them that is
// already the answer; the others are verified by the caller with the compiled matcher.
import type { SQLInputValue } from 'node:sqlite'
import type { Condition, Edge, Pattern } from '../../query/ast.ts'
import { fieldTest } from '../../query/field-meaning.ts'
import { compileMatcher } from '../../query/matcher.ts'
import { compilePattern, literalPrefix } from '../../query/patterns.ts'
import { isMetaField } from '../field-split.ts'
import type { View } from '../store.ts'
import { type Candidates, type Exact, joined, leastExact, ofKind, type Test } from './candidates.ts'
import type { Database } from './database.ts'
import { longestIndexedValue } from './field-sets.ts'
import { hasLetter } from './texts.ts'
import { atOf, versionsInView } from './views.ts'

type Leaf<Kind extends Condition['kind']> = Extract<Condition, { kind: Kind }>

/** Fields that are kept in columns of their own rather than in field sets. */
export const columnFields: readonly string[] = ['@timestamp', 'host.name', 'file.path', 'content', 'file.hash.sha256']

/** More alternatives than this are not worth spelling out: the pattern is verified instead. */
const mostWords = 1000

/** Compiles for one view of one database; names of hosts, paths and fields are looked up at once. */
export class QueryCompiler {
  readonly #database: Database
  readonly #view: View

  constructor(database: Database, view: View) {
    this.#database = database
    this.#view = view
  }

  compile(condition: Condition): Candidates {
    // a pattern of names that covers one of these means documents the tables of fields know nothing of
    if ('field' in condition && condition.field.includes('*') && columnFields.some(fieldTest(condition.field))) {
      return this.#where('1', [], 'none')
    }
    switch (condition.kind) {
      case 'all':
        return this.#where('1', [], 'all')
      case 'none':
        return this.#where('0', [], 'all')
      case 'bool':
        return this.#bool(condition)
      case 'words':
        return this.#words(condition)
      case 'word_pattern':
        return this.#wordPattern(condition)
      case 'value':
        return this.#value(condition)
      case 'value_pattern':
        return this.#valuePattern(condition)
      case 'range':
        return this.#range(condition)
      case 'exists':
        return this.#exists(condition.field)
      default:
        return condition satisfies never
    }
  }

  /** Whether the inverted index has every value of a field: counters are not in it. */
  isIndexed(field: string): boolean {
    return this.#allIndexed(this.#fieldIds(field))
  }

  #bool({ must, should, must_not }: Leaf<'bool'>): Candidates {
    const required =
      must.length > 0 ? this.#all(must) : should.length > 0 ? this.#any(should) : this.#where('1', [], 'all')
    let result = required
    for (const each of must_not) {
      const excluded = this.compile(each)
      // a superset must not be taken away: what it holds too much would be lost
      if (excluded.exact === 'none') result = { ...result, exact: 'none' }
      else if (excluded.exact === 'all') result = joined([result, excluded], 'EXCEPT')
      else result = { ...joined([result, ofKind(0, excluded)], 'EXCEPT'), exact: leastExact([result, excluded]) }
    }
    return result
  }

  /** Tests are one test together: each by itself may give most of a view. */
  #all(must: readonly Condition[]): Candidates {
    const parts = must.map((each) => this.compile(each))
    const tested = parts.filter(({ test }) => test !== undefined)
    if (tested.length < 2) return joined(parts, 'INTERSECT')
    const tests = tested.flatMap(({ test }) => test ?? [])
    const sql = tests.map((test) => `(${test.sql})`).join(' AND ')
    const parameters = tests.flatMap((test) => test.parameters)
    const together = this.#where(sql, parameters, leastExact(tested))
    return joined([together, ...parts.filter(({ test }) => test === undefined)], 'INTERSECT')
  }

  /** Many names of hosts or paths are looked up at once. */
  #any(should: readonly Condition[]): Candidates {
    const [first] = should
    if (first?.kind === 'value' && (first.field === 'host.name' || first.field === 'file.path')) {
      const { field } = first
      const names = should.flatMap((each) => (each.kind === 'value' && each.field === field ? [each.value.text] : []))
      if (names.length === should.length) return this.#where(isNamed[field], [JSON.stringify(names)], 'all')
    }
    return joined(
      should.map((each) => this.compile(each)),
      'UNION',
    )
  }

  #words(condition: Leaf<'words'>): Candidates {
    const { field, words, slop } = condition
    if (field === 'content') {
      const [only = ''] = words
      if (words.length === 1) return this.#contentWord(only)
      const parts = words.map((word) => this.#contentWord(word))
      // sloppy phrases are for the matcher: full text search knows no such thing
      if (slop > 0) return { ...joined(parts, 'INTERSECT'), exact: 'none' }
      const phrase = this.#textsWith(`"${words.join(' ')}"`)
      return { ...joined([phrase, joined([...parts, this.#counters()], 'INTERSECT')], 'UNION'), exact: 'states' }
    }
    if (field === 'file.path' || field === 'host.name') return this.#named(field, condition)
    return { ...this.#exists(field), exact: 'none' }
  }

  #contentWord(word: string): Candidates {
    const found = this.#textsWith(`"${word}"`)
    return hasLetter(word) ? found : { ...joined([found, this.#counters()], 'UNION'), exact: 'states' }
  }

  #wordPattern(condition: Leaf<'word_pattern'>): Candidates {
    const { field, pattern } = condition
    if (field === 'file.path' || field === 'host.name') return this.#named(field, condition)
    if (field !== 'content') return { ...this.#exists(field), exact: 'none' }
    const prefix = literalPrefix(pattern)
    const words = this.#vocabularyMatching(pattern, prefix)
    if (!words) return this.#where('1', [], 'none')
    const found =
      words.length === 0 ? this.#where('0', [], 'all') : this.#textsWith(words.map((word) => `"${word}"`).join(' OR '))
    return hasLetter(prefix) ? found : { ...joined([found, this.#counters()], 'UNION'), exact: 'states' }
  }

  /** Indexed words that match a pattern; undefined when they are too many to name. */
  #vocabularyMatching(pattern: Pattern, prefix: string): string[] | undefined {
    const matches = compilePattern(pattern)
    const words: string[] = []
    // "\u{10ffff}" sorts after any word that goes on from the prefix
    const range: [string, ...string[]] =
      prefix === '' ? [''] : [' WHERE term >= ? AND term < ?', prefix, `${prefix}\u{10ffff}`]
    const [where, ...parameters] = range
    for (const { term } of this.#database.iterate<{ term: string }>(
      `SELECT term FROM vocabulary${where}`,
      ...parameters,
    )) {
      if (matches(term) && words.push(term) > mostWords) return undefined
    }
    return words
  }

  #value({ field, value }: Leaf<'value'>): Candidates {
    if (field === 'content') return { ...this.#exists(field), exact: 'none' }
    if (field === 'file.path')
      return this.#where('e.path_id = (SELECT id FROM path WHERE path = ?)', [value.text], 'all')
    if (field === 'host.name')
      return this.#where('e.host_id = (SELECT id FROM host WHERE name = ?)', [value.text], 'all')
    if (field === '@timestamp') return this.#where('1', [], 'none')
    if (field === 'file.hash.sha256') return this.#hash(value.text)
    if (field === 'event.kind') return this.#kind(value.text)
    const text = value.text.slice(0, longestIndexedValue)
    const exact = value.text.length < longestIndexedValue ? 'all' : 'none'
    if (value.number === undefined) return this.#indexed(field, 'x.v = ?', [text], exact)
    return this.#indexed(field, 'x.v IN (?, ?)', [value.number, text], exact)
  }

  /** The one field that a version tells by itself, so that half of all documents need not be gathered by their sets. */
  #kind(text: string): Candidates {
    const kind = ['state', 'metric'].indexOf(text)
    return kind === -1 ? this.#where('0', [], 'all') : this.#where(`v.kind = ${kind}`, [], 'all')
  }

  #hash(hex: string): Candidates {
    if (!/^[0-9a-f]{64}$/.test(hex)) return this.#where('0', [], 'all')
    const text = this.#versions('v.text_id IN (SELECT id FROM text WHERE hash = ?) AND v.hashed = 1', [
      Buffer.from(hex, 'hex'),
    ])
    return { ...joined([text, this.#indexed('file.hash.sha256', 'x.v = ?', [hex], 'all')], 'UNION'), exact: 'none' }
  }

  #valuePattern(condition: Leaf<'value_pattern'>): Candidates {
    const { field, pattern } = condition
    if (field === 'file.path' || field === 'host.name') return this.#named(field, condition)
    if (field === '@timestamp' || field === 'content' || field === 'file.hash.sha256')
      return this.#where('1', [], 'none')
    const ids = this.#fieldIds(field)
    const matches = compilePattern(pattern)
    const values: number[] = []
    for (const id of ids) {
      for (const row of this.#database.iterate<{ id: number; v: unknown }>(
        'SELECT id, v FROM value WHERE field_id = ?',
        id,
      )) {
        const text = String(row.v)
        if (text.length >= longestIndexedValue || matches(text)) values.push(row.id)
      }
    }
    const indexed = this.#sets('SELECT set_id FROM posting WHERE value_id IN (SELECT value FROM json_each(?))', [
      JSON.stringify(values),
    ])
    return { ...joined([indexed, this.#unindexed(ids)], 'UNION'), exact: 'none' }
  }

  #range(condition: Leaf<'range'>): Candidates {
    const { field, on, lower, upper } = condition
    if (field === '@timestamp' && on === 'date') return this.#timeRange(condition)
    if (field === 'content') return { ...this.#exists(field), exact: 'none' }
    if (on !== 'number' || field === 'file.path' || field === 'host.name' || field === '@timestamp') {
      return { ...this.#exists(field), exact: 'none' }
    }
    const { sql, parameters } = boundsOf('x.v', lower, upper)
    return this.#indexed(field, `x.v < ''${sql}`, parameters, 'all')
  }

  #timeRange({ lower, upper }: Leaf<'range'>): Candidates {
    const { sql, parameters } = boundsOf(atOf(this.#view), lower, upper)
    // a version stands on several days: which of them passes is for the matcher to say
    return this.#where(`1${sql}`, parameters, this.#view.kind === 'days' ? 'none' : 'all')
  }

  #exists(field: string): Candidates {
    if (field === 'content') return this.#versions(this.#hasText(), [])
    if (field === '@timestamp' || field === 'file.path' || field === 'host.name') return this.#where('1', [], 'all')
    const shapes = 'SELECT shape_id FROM shape_field WHERE field_id IN (SELECT value FROM json_each(?))'
    const found = this.#sets(`SELECT id FROM field_set WHERE shape_id IN (${shapes})`, [
      JSON.stringify(this.#fieldIds(field)),
    ])
    if (field !== 'file.hash.sha256' && !field.includes('*')) return found
    const hashed = joined([found, this.#versions(`v.hashed = 1 AND ${this.#hasText()}`, [])], 'UNION')
    return field.includes('*') ? { ...hashed, exact: 'none' } : hashed
  }

  /** In the history counters are without their text. */
  #hasText(): string {
    return `v.text_id IS NOT NULL${this.#view.kind === 'history' ? ' AND v.kind = 0' : ''}`
  }

  /** A condition on the names of paths or hosts: tested on the distinct names, which are few. */
  #named(field: 'file.path' | 'host.name', condition: Condition): Candidates {
    const matches = compileMatcher(condition)
    const [sql, column] =
      field === 'file.path'
        ? ['SELECT id, path AS name FROM path', 'e.path_id']
        : ['SELECT id, name FROM host', 'e.host_id']
    const ids: number[] = []
    for (const { id, name } of this.#database.iterate<{ id: number; name: string }>(sql)) {
      const document = {
        '@timestamp': '',
        'host.name': '',
        'file.path': '',
        'event.dataset': '',
        'event.kind': 'state' as const,
      }
      if (matches({ ...document, [field]: name })) ids.push(id)
    }
    return this.#where(`${column} IN (SELECT value FROM json_each(?))`, [JSON.stringify(ids)], 'all')
  }

  /** Documents with a value of a field that passes a test on `x.v`: by the inverted index, and by path where values are not indexed. */
  #indexed(field: string, test: string, parameters: SQLInputValue[], exact: Exact): Candidates {
    const ids = this.#fieldIds(field)
    if (ids.length === 0) return this.#where('0', [], 'all')
    const postings = `SELECT p.set_id FROM value x JOIN posting p ON p.value_id = x.id WHERE x.field_id IN (SELECT value FROM json_each(?)) AND ${test}`
    // only sets of states are indexed, and of these a field stands always in the same one
    const set = isMetaField(field) ? 'v.meta_set' : 'v.typed_set'
    const found = field.includes('*')
      ? this.#sets(postings, [JSON.stringify(ids), ...parameters])
      : this.#versions(`${set} IN (${postings})`, [JSON.stringify(ids), ...parameters])
    const others = this.#unindexed(ids)
    return { ...joined([found, others], 'UNION'), exact: exact === 'all' && !this.#allIndexed(ids) ? 'states' : exact }
  }

  #unindexed(fieldIds: number[]): Candidates {
    return ofKind(1, this.#where(`e.path_id IN (${pathsOfUnindexed})`, [JSON.stringify(fieldIds)], 'none'))
  }

  #allIndexed(fieldIds: number[]): boolean {
    return this.#database.get(`${pathsOfUnindexed} LIMIT 1`, JSON.stringify(fieldIds)) === undefined
  }

  /** Versions of counter sources that still hold their text. */
  #counters(): Candidates {
    if (this.#view.kind === 'history') return this.#where('0', [], 'all')
    return ofKind(1, this.#where('e.path_id IN (SELECT id FROM path WHERE metric = 1)', [], 'none'))
  }

  /** Documents whose text matches a full text expression. */
  #textsWith(expression: string): Candidates {
    const counted = this.#view.kind === 'history' ? ' AND v.kind = 0' : ''
    const words = 'SELECT rowid FROM word_index WHERE word_index MATCH ?'
    return this.#versions(`v.text_id IN (SELECT id FROM text WHERE words_id IN (${words}))${counted}`, [expression])
  }

  #sets(sets: string, parameters: SQLInputValue[]): Candidates {
    return joined(
      [this.#versions(`v.typed_set IN (${sets})`, parameters), this.#versions(`v.meta_set IN (${sets})`, parameters)],
      'UNION',
    )
  }

  /** Versions by a test that an index of `version` answers; the view is applied at the end, by the reader. */
  #versions(test: string, parameters: SQLInputValue[]): Candidates {
    return { sql: `SELECT v.id FROM version v WHERE ${test}`, parameters, exact: 'all' }
  }

  /** Versions of the view by a test on `e` and `v`. */
  #where(test: string, parameters: SQLInputValue[], exact: Exact): Candidates {
    const { sql, parameters: inView } = versionsInView(this.#view, test)
    return { sql, parameters: [...parameters, ...inView], exact, test: { sql: test, parameters } }
  }

  #fieldIds(field: string): number[] {
    if (!field.includes('*')) {
      return this.#database.all<{ id: number }>('SELECT id FROM field WHERE name = ?', field).map(({ id }) => id)
    }
    const matches = fieldTest(field)
    return this.#database
      .all<{ id: number; name: string }>('SELECT id, name FROM field')
      .filter(({ name }) => matches(name))
      .map(({ id }) => id)
  }
}

/** Tests whether a name is one of a list, given as JSON. */
const isNamed = {
  'host.name': 'e.host_id IN (SELECT id FROM host WHERE name IN (SELECT value FROM json_each(?)))',
  'file.path': 'e.path_id IN (SELECT id FROM path WHERE path IN (SELECT value FROM json_each(?)))',
}

/** Paths where a field stands in sets whose values are not indexed. */
const pathsOfUnindexed = `SELECT q.path_id FROM path_shape q JOIN path ON path.id = q.path_id AND path.metric = 1
  WHERE q.shape_id IN (SELECT shape_id FROM shape_field WHERE field_id IN (SELECT value FROM json_each(?)))`

/** Further tests that a value lies within the bounds there are. */
function boundsOf(value: string, lower: Edge | undefined, upper: Edge | undefined): Test {
  const bounds = [
    { edge: lower, operator: '>' },
    { edge: upper, operator: '<' },
  ].flatMap(({ edge, operator }) => (edge ? [{ edge, operator: edge.inclusive ? `${operator}=` : operator }] : []))
  return {
    sql: bounds.map(({ operator }) => ` AND ${value} ${operator} ?`).join(''),
    parameters: bounds.map(({ edge }) => edge.value),
  }
}
