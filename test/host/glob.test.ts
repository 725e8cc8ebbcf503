import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileGlob, globMatches, isGlob } from '../../src/host/glob.ts'

const cases: [pattern: string, path: string, matches: boolean][] = [
  ['/etc/*.conf', '/etc/a.conf', true],
  ['/etc/*.conf', '/etc/.a.conf', false],
  ['/etc/.*.conf', '/etc/.a.conf', true],
  ['/etc/*.conf', '/etc/sub/a.conf', false],
  ['/etc/**/*.conf', '/etc/a.conf', true],
  ['/etc/**/*.conf', '/etc/x/y/a.conf', true],
  ['/etc/**/*.conf', '/etc/.x/a.conf', false],
  ['/etc/**', '/etc/x/y', true],
  ['/etc/**/x/**/y', '/etc/a/x/b/c/y', true],
  ['/etc/?', '/etc/é', true],
  ['/etc/?', '/etc/😀', true],
  ['/etc/?', '/etc/ab', false],
  ['/etc/[a-c]x', '/etc/bx', true],
  ['/etc/[!a-c]x', '/etc/bx', false],
  ['/etc/[^a-c]x', '/etc/dx', true],
  ['/etc/[]x]', '/etc/]', true],
  ['/etc/[a-]', '/etc/-', true],
  ['/etc/[\\]]', '/etc/]', true],
  ['/etc/[a', '/etc/[a', true],
  ['/etc/\\*', '/etc/*', true],
  ['/etc/\\*', '/etc/a', false],
  ['/etc/{a,b*}/x', '/etc/bc/x', true],
  ['/etc/{a,{b,c}d}', '/etc/cd', true],
  ['/etc/{a,}x', '/etc/x', true],
  ['/etc/{a}', '/etc/{a}', true],
  ['/etc/\\{a,b}', '/etc/{a,b}', true],
  ['/etc/{a\\,b,c}', '/etc/a,b', true],
  ['/etc/{a,b', '/etc/{a,b', true],
  ['/etc/a**b', '/etc/axxb', true],
  ['/etc/*a*b', '/etc/xxayyb', true],
  ['/etc/*a*b', '/etc/xxayy', false],
  ['/./etc//x?', '/etc/xy', true],
]

for (const [pattern, path, matches] of cases)
  test(`${pattern} ${matches ? 'finds' : 'does not find'} ${path}`, () => {
    assert.equal(globMatches(compileGlob(pattern), path), matches)
  })

test('tells globs from plain paths', () => {
  assert.deepEqual(['/a*', '/a?', '/[a]', '/{a,b}', '/a'].map(isGlob), [true, true, true, true, false])
})

test('takes braces literally when they stand for too many alternatives', () => {
  const pattern = `/${'{a,b}'.repeat(20)}`
  assert.equal(compileGlob(pattern).length, 1)
  assert.ok(globMatches(compileGlob(pattern), pattern))
})

test('matches a hostile name in no time', () => {
  const glob = compileGlob(`/${'*a'.repeat(30)}b`)
  assert.equal(globMatches(glob, `/${'a'.repeat(255)}`), false)
  assert.equal(globMatches(compileGlob(`/${'**/'.repeat(30)}x`), `/${'a/'.repeat(200)}y`), false)
})

test('any pattern compiles, and an escaped name finds just itself', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ minLength: 1 }), (pattern, name) => {
      globMatches(compileGlob(pattern), `/${name}`)
      if (name.includes('/') || name === '.') return
      const escaped = `/${[...name].map((char) => (/[\w]/.test(char) ? char : `\\${char}`)).join('')}`
      assert.ok(globMatches(compileGlob(escaped), `/${name}`))
    }),
  )
})
