// Evaluates a condition on a document, exactly: what the embedded store verifies its candidates with, and the meaning both stores share.
import type { Document, FieldValue, Scalar } from '../snapshot/document.ts'
import type { Condition, Edge, Pattern, Value } from './ast.ts'
import { textWithin } from './code-point-order.ts'
import { fieldTest } from './field-meaning.ts'
import { addressKey } from './ip-address.ts'
import { compilePattern, literalPrefix } from './patterns.ts'
import { sloppyMatches } from './sloppy-phrase.ts'
import { findWords, type ScannedText, scanned } from './text-scan.ts'
import { wordsOf } from './words.ts'

/** A test of documents; throws QuerySyntaxError for a regular expression that cannot be read. */
export function compileMatcher(condition: Condition): (document: Document) => boolean {
  const test = compile(condition)
  return (document) => test(new Subject(document))
}

type Test = (subject: Subject) => boolean
type Leaf<Kind extends Condition['kind']> = Extract<Condition, { kind: Kind }>

/** One document while it is tested: its texts are folded and cut into words once, and only when asked for. */
class Subject {
  readonly document: Document
  #scanned: Map<string, ScannedText> | undefined
  #words: Map<string, string[]> | undefined

  constructor(document: Document) {
    this.document = document
  }

  scanned(text: string): ScannedText {
    this.#scanned ??= new Map()
    return remembered(this.#scanned, text, scanned)
  }

  words(text: string): string[] {
    this.#words ??= new Map()
    return remembered(this.#words, text, wordsOf)
  }
}

function remembered<Made>(cache: Map<string, Made>, text: string, make: (text: string) => Made): Made {
  const known = cache.get(text)
  if (known !== undefined) return known
  const made = make(text)
  cache.set(text, made)
  return made
}

function compile(condition: Condition): Test {
  switch (condition.kind) {
    case 'all':
      return () => true
    case 'none':
      return () => false
    case 'bool':
      return compileBool(condition)
    case 'words':
      return compileWords(condition)
    case 'word_pattern':
      return compileWordPattern(condition)
    case 'value':
      return anyValue(condition.field, valueTest(condition.value))
    case 'value_pattern': {
      const matches = compilePattern(condition.pattern)
      return anyValue(condition.field, (value) => typeof value === 'string' && matches(value))
    }
    case 'range':
      return condition.on === 'words' ? compileWordRange(condition) : anyValue(condition.field, rangeTest(condition))
    case 'exists':
      return anyField(condition.field, (value) => !Array.isArray(value) || value.length > 0)
    default:
      return condition satisfies never
  }
}

function compileBool(condition: Leaf<'bool'>): Test {
  const must = condition.must.map(compile)
  const mustNot = condition.must_not.map(compile)
  const should = must.length > 0 ? [] : condition.should.map(compile)
  return (subject) => {
    for (const test of must) if (!test(subject)) return false
    for (const test of mustNot) if (test(subject)) return false
    return should.length === 0 || should.some((test) => test(subject))
  }
}

function compileWords({ field, words, slop }: Leaf<'words'>): Test {
  const moves = words.length > 1 ? slop : 0
  return anyText(field, (text, subject) => {
    const scan = subject.scanned(text)
    if (moves === 0) return findWords(scan, words) !== undefined
    if (!words.every((word) => scan.lower.includes(word))) return false
    return sloppyMatches(subject.words(text), words, moves).next().done !== true
  })
}

/** Words repeat from document to document: so many verdicts of a pattern are remembered. */
const mostVerdicts = 10_000

function compileWordPattern({ field, pattern }: Leaf<'word_pattern'>): Test {
  const matches = withVerdicts(pattern)
  const prefix = literalPrefix(pattern)
  return anyText(field, (text, subject) => {
    if (prefix !== '' && !subject.scanned(text).lower.includes(prefix)) return false
    return subject.words(text).some(matches)
  })
}

function withVerdicts(pattern: Pattern): (word: string) => boolean {
  const matches = compilePattern(pattern)
  const verdicts = new Map<string, boolean>()
  return (word) => {
    const known = verdicts.get(word)
    if (known !== undefined) return known
    if (verdicts.size >= mostVerdicts) verdicts.clear()
    const verdict = matches(word)
    verdicts.set(word, verdict)
    return verdict
  }
}

function compileWordRange({ field, lower, upper }: Leaf<'range'>): Test {
  const within = textWithin(lower, upper)
  return anyText(field, (text, subject) => subject.words(text).some(within))
}

type ValueTest = (value: Scalar) => boolean

function valueTest({ text, number }: Value): ValueTest {
  return (value) => (typeof value === 'number' && number !== undefined ? value === number : String(value) === text)
}

function rangeTest({ on, lower, upper }: Leaf<'range'>): ValueTest {
  switch (on) {
    case 'number':
      return numberTest(lower, upper, (value) => (typeof value === 'number' ? value : Number.NaN))
    case 'date':
      return numberTest(lower, upper, (value) => (typeof value === 'string' ? Date.parse(value) : Number(value)))
    case 'ip':
      return addressTest(lower, upper)
    case 'text':
    case 'words': {
      const within = textWithin(lower, upper)
      return (value) => typeof value !== 'number' && within(String(value))
    }
    default:
      return on satisfies never
  }
}

function numberTest(lower: Edge | undefined, upper: Edge | undefined, read: (value: Scalar) => number): ValueTest {
  const least = lower ? Number(lower.value) : Number.NEGATIVE_INFINITY
  const most = upper ? Number(upper.value) : Number.POSITIVE_INFINITY
  return (value) => {
    const number = read(value)
    if (!(number >= least && number <= most)) return false
    return (lower?.inclusive !== false || number > least) && (upper?.inclusive !== false || number < most)
  }
}

function addressTest(lower: Edge | undefined, upper: Edge | undefined): ValueTest {
  const within = textWithin(withKey(lower), withKey(upper))
  return (value) => {
    const key = addressKey(String(value))
    return key !== undefined && within(key)
  }
}

function withKey(edge: Edge | undefined): Edge | undefined {
  return edge && { ...edge, value: addressKey(String(edge.value)) ?? '' }
}

/** Tests the fields a name or a pattern with `*` means, where the document has them. */
function anyField(field: string, test: (value: FieldValue, subject: Subject) => boolean): Test {
  if (!field.includes('*')) {
    return (subject) => {
      const value = Object.hasOwn(subject.document, field) ? subject.document[field] : undefined
      return value !== undefined && test(value, subject)
    }
  }
  const isMeant = fieldTest(field)
  return (subject) =>
    Object.entries(subject.document).some(
      ([name, value]) => value !== undefined && isMeant(name) && test(value, subject),
    )
}

function anyValue(field: string, test: ValueTest): Test {
  return anyField(field, (value) => (isArray(value) ? value.some(test) : test(value)))
}

function anyText(field: string, test: (text: string, subject: Subject) => boolean): Test {
  return anyField(field, (value, subject) =>
    isArray(value) ? value.some((element) => test(String(element), subject)) : test(String(value), subject),
  )
}

function isArray(value: FieldValue): value is readonly Scalar[] {
  return Array.isArray(value)
}
