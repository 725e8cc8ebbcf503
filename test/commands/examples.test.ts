// Every example of every command's help is taken to the letter: a shell runs the line, and what reaches mitra is parsed.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { mock, test } from 'node:test'
import type { Input, Options } from '../../src/commands/command.ts'
import { importedDocument } from '../../src/commands/imported-document.ts'
import { commands } from '../../src/commands/index.ts'
import { durationOf, moment, viewOf } from '../../src/commands/moment.ts'
import { readQuestion } from '../../src/commands/question.ts'
import { captured } from './captured-io.ts'
import { mitra, now, temporaryFolder } from './mitra.ts'

const folder = temporaryFolder()
const told = join(folder, 'told')

/** Programs that stand for those an example names: `mitra` writes down what it is given, the others pass on. */
const stands: Record<string, string> = {
  // in one write: two of them run at once in a pipe
  mitra: `call=$(printf '%s\\037' "$@"; printf '\\036')
printf '%s' "$call" >> '${told}'
[ "$1" = import ] && cat > '${folder}/stdin'
exit 0`,
  ssh: 'shift; exec "$@"',
  diff: 'cat "$@"',
  jq: 'cat > /dev/null',
  patch: 'cat > /dev/null',
}
mkdirSync(join(folder, 'bin'))
mkdirSync(join(folder, '.config/fish/completions'), { recursive: true })
for (const [name, body] of Object.entries(stands)) {
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${body}\n`)
  chmodSync(join(folder, 'bin', name), 0o755)
}

/** The command lines of mitra in one line of shell. */
function callsOf(line: string): string[][] {
  writeFileSync(told, '')
  const env = { HOME: folder, PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}` }
  const ran = spawnSync('bash', ['--norc', '-o', 'pipefail', '-c', line], { cwd: folder, env, encoding: 'utf8' })
  assert.deepEqual({ status: ran.status, stderr: ran.stderr }, { status: 0, stderr: '' }, line)
  return readFileSync(told, 'utf8')
    .split('\x1e')
    .slice(0, -1)
    .map((call) => call.split('\x1f').slice(0, -1))
}

/** What a command is asked to do, without doing it. */
async function inputOf(argv: readonly string[]): Promise<Input<Record<string, never>, Options>> {
  const definition = await commands.find(({ name }) => name === argv[0])?.load()
  assert(definition, `no command ${argv[0]}`)
  const run = mock.method(definition, 'run', async () => 0)
  const { status, stderr } = await mitra(argv)
  run.mock.restore()
  assert.equal(status, 0, stderr)
  return run.mock.calls[0]?.arguments[0] as Input<Record<string, never>, Options>
}

for (const entry of commands) {
  const { examples, arguments: declared, options: declaredOptions } = await entry.load()
  for (const { line } of examples)
    test(line, async () => {
      const calls = callsOf(line)
      assert(calls.length > 0)
      for (const argv of calls) {
        const { arguments: words, options } = await inputOf(argv)
        if (argv[0] !== entry.name) continue
        const { io } = captured({ now })
        const read = (text: string) => readQuestion(text, { 'default-operator': 'and', ...options }, io)
        for (const [name, { completes }] of Object.entries(declared))
          if (completes === 'query')
            await read([(words as Record<string, string | string[]>)[name] ?? []].flat().join(' '))
        for (const [name, value] of Object.entries(options as Record<string, unknown>)) {
          if (value === undefined) continue
          if (declaredOptions[name]?.completes === 'query') for (const text of [value].flat()) await read(String(text))
          if (name === 'silent') assert(durationOf(String(value), name) > 0)
          if (name === 'at') for (const text of [value].flat()) assert(moment(String(text), name, io) <= now)
        }
        if ('history' in options && 'day' in options) viewOf(options as unknown as Parameters<typeof viewOf>[0], io)
      }
    })
}

test('the document of the example of import is one', async () => {
  const definition = await commands.find(({ name }) => name === 'import')?.load()
  const line = definition?.examples.map((example) => example.line).find((each) => each.startsWith('echo ')) ?? ''
  assert.deepEqual(callsOf(line), [['import']])
  const text = readFileSync(join(folder, 'stdin'), 'utf8')
  assert.equal(importedDocument(JSON.parse(text)).content, 'hello')
})
