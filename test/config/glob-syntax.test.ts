// Brackets that are left open in a glob.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { unclosedIn } from '../../src/config/glob-syntax.ts'
import { compileGlob } from '../../src/host/glob.ts'

const cases: [pattern: string, open: '[' | '{' | undefined][] = [
  ['/etc/hosts', undefined],
  ['/etc/*.d/**/?.conf', undefined],
  ['/etc/[ab]', undefined],
  ['/etc/[!ab]{c,d}', undefined],
  ['/etc/[]a]', undefined],
  ['/etc/[^]]', undefined],
  ['/etc/[[]a', undefined],
  ['/etc/[{]a', undefined],
  ['/etc/\\[a', undefined],
  ['/etc/\\{a', undefined],
  ['/etc/{a,{b,c}}', undefined],
  ['/etc/a]b}c', undefined],
  ['/etc/[a', '['],
  ['/etc/[\\]]', undefined],
  ['/etc/[]', '['],
  ['/etc/[!]', '['],
  ['/etc/[a/b]', '['],
  ['/etc/[a\\]', '['],
  ['/etc/a[', '['],
  ['/etc/{a,b', '{'],
  ['/etc/{a,{b,c}', '{'],
  ['/etc/[a{b', '['],
]

for (const [pattern, open] of cases)
  test(`in ${pattern} ${open ?? 'nothing'} is open`, () => assert.equal(unclosedIn(pattern), open))

test('agrees with the reader of globs on which classes are closed', () => {
  const text = fc.string({ unit: fc.constantFrom(...'[]!^ab'), minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(text, (name) => {
      // Where all classes are closed, no name can match by a plain "[" of the pattern.
      if (unclosedIn(`/${name}`) !== undefined || !name.includes('[')) return
      const [segment] = compileGlob(`/${name}`)[0] ?? []
      assert.equal(segment?.kind, 'pattern')
    }),
  )
})
