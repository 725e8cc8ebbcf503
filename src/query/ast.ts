// The two trees of a query. `Query` is what was typed; `Condition` is what is meant: fields, operators and analysis filled in.

/** What was typed. `at` is the offset of the node's first character, for the caret of an error. */
export type Query =
  | { kind: 'all' }
  | { kind: 'bool'; clauses: Clause[] }
  /** One bare word, unescaped; it may still be cut into several words by analysis. */
  | { kind: 'term'; field?: string; text: string; at: number }
  | { kind: 'phrase'; field?: string; text: string; slop: number; at: number }
  /** `*` and `?` are wild, a backslash makes the next character literal. */
  | { kind: 'wildcard'; field?: string; pattern: string; at: number }
  | { kind: 'fuzzy'; field?: string; text: string; distance: number | 'auto'; at: number }
  /** Lucene's regular expression syntax, without the slashes. */
  | { kind: 'regexp'; field?: string; pattern: string; at: number }
  | { kind: 'range'; field?: string; lower?: Bound; upper?: Bound; at: number }
  | { kind: 'exists'; field: string; at: number }

export type Occur = 'must' | 'should' | 'must_not'
export interface Clause {
  occur: Occur
  query: Query
}
export interface Bound {
  text: string
  inclusive: boolean
}

/** A value given for a typed field: its text, and its number where the text is one. */
export interface Value {
  text: string
  number?: number
}

/** A test of one token or one whole value. */
export type Pattern =
  | { kind: 'wildcard'; source: string }
  | { kind: 'regexp'; source: string }
  | { kind: 'fuzzy'; source: string; distance: number }

/**
 * What is meant. A `field` is a stored field name, or a pattern with `*` for "any of these".
 * Text fields (`content`, `error.message`) and the words of `file.path` and `host.name` are matched by analysed words; all
 * others by whole values: equal as numbers when both are numbers, else equal as text. An array field matches by any element.
 */
export type Condition =
  | { kind: 'all' }
  | { kind: 'none' }
  /** Lucene's boolean: all of must, none of must_not, and when must is empty one of should (if there is any). */
  | { kind: 'bool'; must: Condition[]; should: Condition[]; must_not: Condition[] }
  /** Analysed words in this order, at most `slop` moves apart; one word is a plain term. Never empty. */
  | { kind: 'words'; field: string; words: string[]; slop: number }
  | { kind: 'word_pattern'; field: string; pattern: Pattern }
  | { kind: 'value'; field: string; value: Value }
  | { kind: 'value_pattern'; field: string; pattern: Pattern }
  /** Numbers compare as numbers (dates: milliseconds since the epoch), text in code point order, words likewise. */
  | { kind: 'range'; field: string; on: 'number' | 'date' | 'text' | 'words' | 'ip'; lower?: Edge; upper?: Edge }
  | { kind: 'exists'; field: string }

export interface Edge {
  value: number | string
  inclusive: boolean
}
