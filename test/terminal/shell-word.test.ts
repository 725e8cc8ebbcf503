import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { shellLine } from '../../src/terminal/shell-word.ts'

test('leaves plain words alone and quotes the others', () => {
  assert.equal(shellLine(['mitra', 'search', 'filename:/etc/fstab', 'a b']), "mitra search filename:/etc/fstab 'a b'")
})

test('a shell reads back the words that went in', () => {
  const words = ['', "it's", '$HOME', '`id`', '*', 'a\nb', '"', '\\', '-x', '!', '# no comment', 'é']
  const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${shellLine(words)}`], { encoding: 'utf8' })
  assert.deepEqual(printed.split('\0').slice(0, -1), words)
})
