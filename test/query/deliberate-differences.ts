// Where mitra reads a query otherwise than Elasticsearch, on purpose: each difference is a rule with a name that
// docs/query-syntax.md tells of, and by which a query can be rewritten so that both must read it alike.
import { catalogue } from '../../src/commands/declared-fields.ts'
import { type Token, tokensOf } from '../../src/query/lexer.ts'
import { compileMatcher } from '../../src/query/matcher.ts'
import { parseQuery } from '../../src/query/parser.ts'
import { resolveQuery } from '../../src/query/resolve.ts'
import { QuerySyntaxError } from '../../src/query/syntax-error.ts'

export interface Rule {
  /** What the page has in the row that tells of it. */
  told: string
  /** Something one of the two takes and the other does not. */
  example: string
  /** The query with what the rule is about written so that it means the same to both; the same text where there is none. */
  rewritten(query: string): string
}

/** A token with its text and the token before it. */
interface Piece {
  token: Token
  raw: string
  before: Piece | undefined
  /** Begins with the next character. */
  rest: string
}

/** Special characters of a word, escaped; escapes are left as they are. */
function escaped(raw: string): string {
  return raw.replace(/\\(?:u[0-9a-fA-F]{4}|.)|[/:"^~()[\]{}!]/gsu, (each) => (each[0] === '\\' ? each : `\\${each}`))
}

function hasBare(raw: string, character: string): boolean {
  return raw.replace(/\\./gsu, '').includes(character)
}

export const rules: readonly Rule[] = [
  {
    told: '`filename:/etc/hosts`',
    example: '/etc',
    rewritten: (query) =>
      byPieces(
        query,
        ({ token, raw }) => {
          if (token.kind === 'field') return withEscaped(raw, '/')
          return token.kind === 'word' && hasBare(raw, '/') ? escaped(raw) : raw
        },
        (rest) => withEscaped(rest, '/'),
      ),
  },
  {
    told: '`host.ip:fe80::1`, `sysctl.x:-1`',
    example: 'sysctl.x:-1',
    rewritten: (query) =>
      byPieces(query, ({ token, raw, before }) => {
        if (token.kind !== 'word' || before?.token.kind !== 'field') return raw
        return (hasBare(raw, ':') ? escaped(raw) : raw).replace(/^[+-](?=.)/su, '\\$&')
      }),
  },
  {
    told: '`host.*:web1`',
    example: 'host.*:web1',
    rewritten: (query) =>
      byPieces(query, ({ token, raw }) => {
        if (token.kind !== 'field' || /^\*\s*:$/.test(raw)) return raw
        return raw.replace(/\\.|\*/gsu, (each) => (each === '*' || each === '\\*' ? 'any' : each))
      }),
  },
  {
    told: '`! a`',
    example: 'a ! AND b',
    rewritten: (query) =>
      byPieces(query, ({ token, raw, rest }) =>
        token.kind === 'not' && raw === '!' && /^\s/.test(rest) ? '\\!' : raw,
      ),
  },
  {
    told: '`file.mtime:**`, `_exists_:"*"`',
    example: 'file.mtime:**',
    rewritten: (query) => query.replace(/\*{2,}/gu, '*').replace(/_exists_\s*:\s*(?:\\\*|"\*")/gu, '_exists_:content'),
  },
  {
    told: '`size:4k`',
    example: 'size:4k',
    rewritten: (query) => query.replace(/(\d(?:\\?\.\d+)?)\\? ?\\?(?:[kmgtp]\\?i?\\?b?|b)\b/giu, '$1'),
  },
  {
    told: '`host.ip:10.1.*`',
    example: 'host.ip:10.1.*',
    rewritten: (query) => query.replace(/(host\.ip\s*:\s*\(?)(?:(?:\\?\d){1,3}\.){1,3}\*(?:\.\*)*/gu, '$110.0.0.1'),
  },
  {
    told: '`word~5`, `word~0.8`',
    example: 'word~5',
    rewritten: (query) =>
      byPieces(query, ({ token, raw }) => (token.kind === 'fuzzy' ? raw.replace(/[\d.]+/, '1') : raw)),
  },
  {
    told: 'nothing but wide spaces (U+3000)',
    example: '\u3000',
    rewritten: (query) => (query.trim() === '' ? '*' : query),
  },
  {
    told: '`word~*`, `w?rd~x`',
    example: 'word~*',
    rewritten: (query) =>
      atMistake(query, /^expected a number or a space after "~"/, (at) => `${query.slice(0, at)} ${query.slice(at)}`),
  },
  {
    told: '`[a TO"b"]`, `["a"b TO c]`',
    example: '[a TO"b"]',
    rewritten: (query) => {
      const apart = query
        .replace(inBrackets, (range) => range.replace(/[\t\n\r\u3000]/gu, ' '))
        .replace(/([[{][^\]}]*?)"TO(?=[\s"])/gu, '$1" TO')
        .replace(/([[{][^\]}]*\sTO)"/gu, '$1 "')
      return atMistake(apart, /in the range|of the range|closing quote/, () =>
        apart.replace(inBrackets, (range) => range.replaceAll('"', '')),
      )
    },
  },
  {
    told: '`[\\* TO a\\]b]`',
    example: '@timestamp:[\\* TO now]',
    rewritten: (query) => query.replace(/\\[\]} ]/gu, 'x').replace(inBrackets, (range) => range.replaceAll('\\*', '*')),
  },
  {
    told: '`file.mtime:yesterday`',
    example: 'file.mtime:yesterday',
    rewritten: (query) => query.replace(/\b(?:yesterday|today|tomorrow)\b/gu, 'now').replace(/"\s+(?=\d{4}-)/gu, '"'),
  },
  {
    told: '`size:>`, `size:>4*`, `>a:b`',
    example: '>a:b',
    rewritten: (query) =>
      atMistake(query, /^expected a (?:plain )?value after "[<>]|^expected a term, found "~/, (offset) => {
        const at = Math.max(query.lastIndexOf('<', offset), query.lastIndexOf('>', offset))
        return at < 0 ? query : `${query.slice(0, at)}\\${query.slice(at)}`
      }),
  },
  {
    told: '`_exists_:/a.b/`',
    example: '_exists_:/a.b/',
    rewritten: (query) =>
      atMistake(query, /^expected a field name after "_exists_:"/, () => query.replaceAll('_exists_', 'name')),
  },
  {
    told: '`nosuch:/a(/`',
    example: 'nosuch:/a(/',
    rewritten: (query) =>
      atMistake(query, /in the regular expression|^expected one of/, () =>
        byPieces(query, ({ token, raw }) => (token.kind === 'regexp' ? '/a.b/' : raw)),
      ),
  },
]

const inBrackets = /[[{][^\]}]*[\]}]/gu

function withEscaped(raw: string, character: string): string {
  return raw.replace(/\\.|[^\\]/gsu, (each) => (each === character ? `\\${each}` : each))
}

/** A query with each of its tokens rewritten, and what comes behind a mistake of theirs. */
function byPieces(query: string, change: (piece: Piece) => string, changeRest = (rest: string) => rest): string {
  let text = ''
  let at = 0
  let before: Piece | undefined
  try {
    for (const token of tokensOf(query)) {
      const piece: Piece = { token, raw: query.slice(token.start, token.end), before, rest: query.slice(token.end) }
      text += query.slice(at, token.start) + change(piece)
      at = token.end
      before = piece
    }
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error
    return text + changeRest(query.slice(at))
  }
  return text + query.slice(at)
}

/** The query rewritten where mitra finds a mistake of a kind. */
function atMistake(query: string, kind: RegExp, rewrite: (offset: number) => string): string {
  try {
    compileMatcher(resolveQuery(parseQuery(query), catalogue))
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error
    if (kind.test(error.message)) return rewrite(error.offset)
  }
  return query
}
