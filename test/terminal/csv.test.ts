import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csvLine } from '../../src/terminal/csv.ts'

test('cells with commas, quotes, line ends or outer spaces are quoted', () => {
  assert.equal(csvLine(['a', 'b,c', 'say "hi"', 'x\ny', ' z']), 'a,"b,c","say ""hi""","x\ny"," z"\r\n')
})

test('values are kept as they are, also what looks like a formula', () => {
  assert.equal(csvLine(['=1+1', '']), '=1+1,\r\n')
})
