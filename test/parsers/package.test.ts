import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { linesOf, type Package, packageOf, parsePackageLines } from '../../src/parsers/package.ts'
import { survives, withCarriageReturns } from './malformed.ts'

const text = 'bash 5.2.15-2+b7 amd64\nbusybox 1.36.1-r5 -\ndbus 1:1.12.8-26.el8 x86_64\n'

test('reads its own lines', () => {
  assert.deepEqual(
    [...parsePackageLines(text)],
    [
      { name: 'bash', version: '5.2.15-2+b7', arch: 'amd64' },
      { name: 'busybox', version: '1.36.1-r5', arch: '-' },
      { name: 'dbus', version: '1:1.12.8-26.el8', arch: 'x86_64' },
    ],
  )
  assert.deepEqual([...parsePackageLines(withCarriageReturns(text))], [...parsePackageLines(text)])
})

test('leaves out other lines', () => {
  for (const line of ['', 'bash', 'bash ', ' 5.2 amd64', 'bash 5.2 amd64 more', 'bash  5.2', `${'x'.repeat(257)} 1 a`])
    assert.deepEqual([...parsePackageLines(line)], [], line)
  assert.deepEqual([...parsePackageLines('bash 5.2')], [{ name: 'bash', version: '5.2', arch: '-' }])
})

test('reads back every package it can be made of', () => {
  const word = fc.option(fc.string({ unit: 'binary' }), { nil: undefined })
  fc.assert(
    fc.property(word, word, word, (name, version, arch) => {
      const made = packageOf(name, version, arch)
      if (made) assert.deepEqual([...parsePackageLines(`${made.name} ${made.version} ${made.arch}\n`)], [made])
    }),
  )
})

test('cuts lines as split does, whatever ends them', () => {
  assert.deepEqual([...linesOf('a\r\n\r\n\nb\rc\n\r')], ['a', '', '', 'b\rc', ''])
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[^\r\n]*$/)), fc.constantFrom('\n', '\r\n'), (lines, end) => {
      assert.deepEqual([...linesOf(lines.map((line) => line + end).join(''))], lines)
    }),
  )
})

test('survives malformed text', () =>
  survives(
    (spoilt) => [...parsePackageLines(spoilt)],
    [text],
    (found: Package[]) => {
      for (const { name, version, arch } of found) assert.ok(![name, version, arch].some((word) => /^$|\s/.test(word)))
    },
  ))
