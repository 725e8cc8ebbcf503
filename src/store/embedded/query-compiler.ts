// Condition to SQL that narrows: a query giving version ids that contain every match. `exact` says it contains nothing else;
// otherwise the caller verifies each candidate with the compiled matcher.
import type { SQLInputValue } from 'node:sqlite'
import type { Condition, Pattern } from '../../query/ast.ts'
import { compileMatcher } from '../../query/matcher.ts'
import { compilePattern } from '../../query/patterns.ts'
import type { View } from '../store.ts'
import type { Database } from './database.ts'
import { longestIndexedValue } from './field-sets.ts'
import { hasLetter } from './texts.ts'
import { atOf, versionsInView } from './views.ts'

export interface Candidates {
  /** Selects version ids, as a compound SELECT that can stand in parentheses. */
  sql: string
  parameters: SQLInputValue[]
  exact: boolean
}

type Leaf<Kind extends Condition['kind']> = Extract<Condition, { kind: Kind }>

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
    switch (condition.kind) {
      case 'all':
        return this.#where('1', [], true)
      case 'none':
        return this.#where('0', [], true)
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

  #bool({ must, should, must_not }: Leaf<'bool'>): Candidates {
    const parts = must.map((each) => this.compile(each))
    if (must.length === 0 && should.length > 0)
      parts.push(
        joined(
          should.map((each) => this.compile(each)),
          'UNION',
        ),
      )
    const required = parts.length === 0 ? this.#where('1', [], true) : joined(parts, 'INTERSECT')
    let result = required
    for (const each of must_not) {
      const excluded = this.compile(each)
      // a superset must not be taken away: what it holds too much would be lost
      if (excluded.exact) result = joined([result, excluded], 'EXCEPT')
      else result = { ...result, exact: false }
    }
    return result
  }

  #words(condition: Leaf<'words'>): Candidates {
    const { field, words } = condition
    if (field === 'content') {
      const parts = words.map((word) => this.#contentWord(word))
      const all = joined(parts, 'INTERSECT')
      return { ...all, exact: all.exact && words.length === 1 }
    }
    if (field === 'file.path' || field === 'host.name') return this.#named(field, condition)
    return { ...this.#exists(field), exact: false }
  }

  #contentWord(word: string): Candidates {
    const found = this.#textsWith('SELECT rowid FROM word_index WHERE word_index MATCH ?', [`"${word}"`])
    if (hasLetter(word)) return { ...found, exact: true }
    return { ...joined([found, this.#counters()], 'UNION'), exact: false }
  }

  #wordPattern(condition: Leaf<'word_pattern'>): Candidates {
    const { field, pattern } = condition
    if (field === 'file.path' || field === 'host.name') return this.#named(field, condition)
    if (field !== 'content') return { ...this.#exists(field), exact: false }
    const words = this.#vocabularyMatching(pattern)
    if (!words) return { ...this.#where('v.text_id IS NOT NULL', [], false), exact: false }
    const parts: Candidates[] = [{ ...this.#counters(), exact: false }]
    if (words.length > 0) {
      const expression = words.map((word) => `"${word}"`).join(' OR ')
      parts.push(this.#textsWith('SELECT rowid FROM word_index WHERE word_index MATCH ?', [expression]))
    }
    return { ...joined(parts, 'UNION'), exact: false }
  }

  /** Indexed words that match a pattern; undefined when they are too many to name. */
  #vocabularyMatching(pattern: Pattern): string[] | undefined {
    const matches = compilePattern(pattern)
    const words: string[] = []
    for (const { term } of this.#database.iterate<{ term: string }>('SELECT term FROM vocabulary')) {
      if (matches(term) && words.push(term) > mostWords) return undefined
    }
    return words
  }

  #value({ field, value }: Leaf<'value'>): Candidates {
    if (field === 'content') return { ...this.#where('v.text_id IS NOT NULL', [], false), exact: false }
    if (field === 'file.path')
      return this.#where('e.path_id = (SELECT id FROM path WHERE path = ?)', [value.text], true)
    if (field === 'host.name')
      return this.#where('e.host_id = (SELECT id FROM host WHERE name = ?)', [value.text], true)
    if (field === '@timestamp') return this.#where('1', [], false)
    if (field === 'file.hash.sha256') return this.#hash(value.text)
    const text = value.text.slice(0, longestIndexedValue)
    const exact = value.text.length < longestIndexedValue
    if (value.number === undefined) return this.#indexed(field, 'x.v = ?', [text], exact)
    return this.#indexed(field, 'x.v IN (?, ?)', [value.number, text], exact)
  }

  #hash(hex: string): Candidates {
    if (!/^[0-9a-f]{64}$/.test(hex)) return this.#where('0', [], true)
    const text = this.#versions('v.text_id IN (SELECT id FROM text WHERE hash = ?) AND v.hashed = 1', [
      Buffer.from(hex, 'hex'),
    ])
    return { ...joined([text, this.#indexed('file.hash.sha256', 'x.v = ?', [hex], true)], 'UNION'), exact: false }
  }

  #valuePattern(condition: Leaf<'value_pattern'>): Candidates {
    const { field, pattern } = condition
    if (field === 'file.path' || field === 'host.name') return this.#named(field, condition)
    if (field === '@timestamp' || field === 'content' || field === 'file.hash.sha256')
      return this.#where('1', [], false)
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
    return { ...joined([indexed, this.#unindexed(ids)], 'UNION'), exact: false }
  }

  #range(condition: Leaf<'range'>): Candidates {
    const { field, on, lower, upper } = condition
    if (field === '@timestamp' && on === 'date') return this.#timeRange(condition)
    if (field === 'content') return this.#where('v.text_id IS NOT NULL', [], false)
    if (on !== 'number' || field === 'file.path' || field === 'host.name' || field === '@timestamp') {
      return { ...this.#exists(field), exact: false }
    }
    const tests = [`x.v < ''`]
    const parameters: SQLInputValue[] = []
    for (const [edge, operator] of [[lower, '>'] as const, [upper, '<'] as const]) {
      if (!edge) continue
      tests.push(`x.v ${operator}${edge.inclusive ? '=' : ''} ?`)
      parameters.push(edge.value)
    }
    return this.#indexed(field, tests.join(' AND '), parameters, true)
  }

  #timeRange({ lower, upper }: Leaf<'range'>): Candidates {
    const at = atOf(this.#view)
    const tests: string[] = ['1']
    const parameters: SQLInputValue[] = []
    for (const [edge, operator] of [[lower, '>'] as const, [upper, '<'] as const]) {
      if (!edge) continue
      tests.push(`${at} ${operator}${edge.inclusive ? '=' : ''} ?`)
      parameters.push(edge.value)
    }
    // a version stands on several days: which of them passes is for the matcher to say
    return this.#where(tests.join(' AND '), parameters, this.#view.kind !== 'days')
  }

  #exists(field: string): Candidates {
    if (field === 'content') {
      const counted = this.#view.kind === 'history' ? ' AND v.kind = 0' : ''
      return this.#versions(`v.text_id IS NOT NULL${counted}`, [])
    }
    if (field === '@timestamp' || field === 'file.path' || field === 'host.name') return this.#where('1', [], true)
    const shapes = 'SELECT shape_id FROM shape_field WHERE field_id IN (SELECT value FROM json_each(?))'
    const found = this.#sets(`SELECT id FROM field_set WHERE shape_id IN (${shapes})`, [
      JSON.stringify(this.#fieldIds(field)),
    ])
    if (field !== 'file.hash.sha256' && !field.includes('*')) return found
    return { ...joined([found, this.#versions('v.hashed = 1', [])], 'UNION'), exact: false }
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
    return this.#where(`${column} IN (SELECT value FROM json_each(?))`, [JSON.stringify(ids)], true)
  }

  /** Documents with a value of a field that passes a test on `x.v`: by the inverted index, and by path where values are not indexed. */
  #indexed(field: string, test: string, parameters: SQLInputValue[], exact: boolean): Candidates {
    const ids = this.#fieldIds(field)
    if (ids.length === 0) return this.#where('0', [], true)
    const postings = `SELECT p.set_id FROM value x JOIN posting p ON p.value_id = x.id WHERE x.field_id IN (SELECT value FROM json_each(?)) AND ${test}`
    const found = this.#sets(postings, [JSON.stringify(ids), ...parameters])
    const others = this.#unindexed(ids)
    return { ...joined([found, others], 'UNION'), exact: exact && this.#isEmpty(ids) }
  }

  #unindexed(fieldIds: number[]): Candidates {
    return this.#where(`e.path_id IN (${pathsOfUnindexed})`, [JSON.stringify(fieldIds)], false)
  }

  #isEmpty(fieldIds: number[]): boolean {
    return this.#database.get(`${pathsOfUnindexed} LIMIT 1`, JSON.stringify(fieldIds)) === undefined
  }

  /** Versions of counter sources that still hold their text. */
  #counters(): Candidates {
    if (this.#view.kind === 'history') return this.#where('0', [], true)
    return this.#where('e.path_id IN (SELECT id FROM path WHERE metric = 1)', [], false)
  }

  #textsWith(words: string, parameters: SQLInputValue[]): Candidates {
    const counted = this.#view.kind === 'history' ? ' AND v.kind = 0' : ''
    return this.#versions(`v.text_id IN (SELECT id FROM text WHERE words_id IN (${words}))${counted}`, parameters)
  }

  #sets(sets: string, parameters: SQLInputValue[]): Candidates {
    return joined(
      [this.#versions(`v.typed_set IN (${sets})`, parameters), this.#versions(`v.meta_set IN (${sets})`, parameters)],
      'UNION',
    )
  }

  /** Versions by a test that an index of `version` answers; the view is applied at the end, by the reader. */
  #versions(test: string, parameters: SQLInputValue[]): Candidates {
    return { sql: `SELECT v.id FROM version v WHERE ${test}`, parameters, exact: true }
  }

  /** Versions of the view by a test on its entry. */
  #where(test: string, parameters: SQLInputValue[], exact: boolean): Candidates {
    const { sql, parameters: inView } = versionsInView(this.#view, test)
    return { sql, parameters: [...parameters, ...inView], exact }
  }

  #fieldIds(field: string): number[] {
    if (!field.includes('*')) {
      return this.#database.all<{ id: number }>('SELECT id FROM field WHERE name = ?', field).map(({ id }) => id)
    }
    const matches = compilePattern({ kind: 'wildcard', source: field })
    return this.#database
      .all<{ id: number; name: string }>('SELECT id, name FROM field')
      .filter(({ name }) => matches(name))
      .map(({ id }) => id)
  }
}

/** Paths where a field stands in sets whose values are not indexed. */
const pathsOfUnindexed = `SELECT q.path_id FROM path_shape q JOIN path ON path.id = q.path_id AND path.metric = 1
  WHERE q.shape_id IN (SELECT shape_id FROM shape_field WHERE field_id IN (SELECT value FROM json_each(?)))`

function joined(parts: Candidates[], operator: 'UNION' | 'INTERSECT' | 'EXCEPT'): Candidates {
  const [only] = parts
  if (parts.length === 1 && only) return only
  return {
    sql: parts.map(({ sql }) => `SELECT * FROM (${sql})`).join(` ${operator} `),
    parameters: parts.flatMap(({ parameters }) => parameters),
    exact: parts.every(({ exact }) => exact),
  }
}
