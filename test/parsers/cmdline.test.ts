import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCmdline } from '../../src/parsers/cmdline.ts'
import { areFieldsOf, survives } from './malformed.ts'

const table: [text: string, parameters: string[] | undefined][] = [
  ['ro quiet\n', ['ro', 'quiet']],
  ['console=tty0  console=ttyS0,115200 ro ro', ['console=tty0', 'console=ttyS0,115200', 'ro']],
  ['dyndbg="file drivers/usb/* +p" ro', ['dyndbg="file drivers/usb/* +p"', 'ro']],
  ['"a b', ['"a b']],
  [' \n', undefined],
  ['', undefined],
]

for (const [text, parameters] of table)
  test(`${JSON.stringify(text)} has ${parameters?.length ?? 'no'} parameters`, () => {
    assert.deepEqual(parseCmdline(text), parameters ? { 'cmdline.parameter': parameters } : {})
  })

test('survives malformed text', () => survives(parseCmdline, ['ro a="b c" quiet\n'], areFieldsOf('cmdline')))
