// Secrets come from texts, the environment and files, and no message ever shows one.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { main } from '../../src/cli.ts'
import { readSecret } from '../../src/config/secret.ts'
import { ActionableError } from '../../src/errors.ts'
import { captured } from '../commands/captured-io.ts'
import { file, folder, load, mistakes, refusal } from './written.ts'

const names = ['api_key', 'password', 'bearer_token'] as const

/** One secret, with the user name that a password needs. */
function yamlOf(name: string, value: string): string {
  const user = name === 'password' ? '    username: u\n' : ''
  return `store:\n  elasticsearch:\n    nodes: http://127.0.0.1:9\n${user}    ${name}: ${value}\n`
}

function put(name: string, content: string | Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

test('takes a secret as a text, from the environment and from a file', async () => {
  const path = put('secret', 'from a file\n')
  symlinkSync(path, join(folder, 'linked'))
  for (const name of names) {
    const read = async (value: string, env = {}) => (await load(yamlOf(name, value), env)).store.elasticsearch[name]
    assert.equal(await read('"123"'), '123')
    assert.equal(await read(`\${KEY}`, { KEY: '456' }), '456', 'digits stay a text')
    assert.equal(await read(`{file: ${path}}`), 'from a file')
    assert.equal(await read(`{file: ${join(folder, 'linked')}}`), 'from a file')
    assert.equal(await read(`{file: "\${DIRECTORY}/secret"}`, { DIRECTORY: folder }), 'from a file')
  }
})

const contents: [content: string, secret: string][] = [
  ['a', 'a'],
  ['a\n', 'a'],
  ['a\r\n', 'a'],
  [' a b ', ' a b '],
  ['$' + '{HOME}\n', '$' + '{HOME}'],
  ['\ufeffa', 'a'],
  ['pässwörd\n', 'pässwörd'],
]

for (const [content, secret] of contents)
  test(`takes ${JSON.stringify(content)} of a file as ${JSON.stringify(secret)}`, async () => {
    const { store } = await load(yamlOf('api_key', `{file: ${put('content', content)}}`), { HOME: '/' })
    assert.equal(store.elasticsearch.api_key, secret)
  })

test('reads the file of a secret that everyone may read', async () => {
  const path = put('open', 'a\n')
  chmodSync(path, 0o644)
  assert.equal((await load(yamlOf('api_key', `{file: ${path}}`))).store.elasticsearch.api_key, 'a')
})

test('refuses the file of a secret that gives none, with the next step', async () => {
  spawnSync('mkfifo', [join(folder, 'fifo')])
  const refused: [string, string][] = [
    [join(folder, 'none'), 'does not exist'],
    [folder, 'cannot be read: it is a directory'],
    [join(folder, 'fifo'), 'cannot be read: it is not a regular file'],
    ['/dev/zero', 'cannot be read: it is not a regular file'],
    [put('empty', ''), 'is empty'],
    [put('line', '\n'), 'is empty'],
    [put('two', 'hunter2\nhunter3\n'), 'must be one line without control characters'],
    [put('latin1', Buffer.from('hunt\xe9r', 'latin1')), 'cannot be read: it is not UTF-8 text'],
    [put('large', 'x'.repeat(70_000)), 'cannot be read: it has 70000 bytes, more than the 65536 it may have'],
  ]
  for (const name of names)
    for (const [path, why] of refused) {
      const { message, next } = await refusal(yamlOf(name, `{file: ${path}}`))
      const line = name === 'password' ? 5 : 4
      const shown = path.length > 60 ? `${path.slice(0, 57)}...` : path
      assert.equal(message, `${file}:${line}: store.elasticsearch.${name}.file "${shown}" ${why}`)
      assert.match(next ?? '', /secret/)
    }
})

test('says that a file may not be read', () => {
  const path = put('closed', 'hunter2')
  chmodSync(path, 0)
  const isRoot = process.getuid?.() === 0
  if (isRoot) process.seteuid?.(65_534)
  try {
    assert.deepEqual(readSecret(path), {
      wrong: 'cannot be read: permission denied',
      next: 'make the secret a small text file that the user of mitra may read',
    })
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
})

const malformed: [title: string, value: string, rule: string][] = [
  ['an empty text', '""', 'must not be empty'],
  ['an empty variable', `\${EMPTY}`, 'must not be empty'],
  ['a number', '123456', 'must be a text (quote it)'],
  ['a list', '[hunter2]', 'must be a text (quote it)'],
  ['a mapping of it', '{hunter2}', 'must be a text (quote it), or a mapping with file and nothing else'],
  ['a file and more', '{file: /x, hunter2: y}', 'must be a text (quote it), or a mapping with file and nothing else'],
  ['two lines', '"hunter2\\nhunter3"', 'must be one line without control characters'],
  ['a long one', 'hunter2'.repeat(3000), 'must be shorter, at most 16384 characters'],
]

for (const [title, value, rule] of malformed)
  test(`refuses ${title} for a secret and does not show it`, async () => {
    const [line, ...more] = await mistakes(yamlOf('api_key', value), { EMPTY: '' })
    assert.deepEqual([line, more], [`4: store.elasticsearch.api_key ${rule}`, []])
  })

test('refuses a relative file and does not show it, for it might be the secret', async () => {
  assert.deepEqual(await mistakes(yamlOf('api_key', '{file: hunter2}')), [
    '4: store.elasticsearch.api_key.file must be an absolute path',
  ])
})

test('tells once of a variable in the name of the file that is not set', async () => {
  assert.deepEqual(await mistakes(yamlOf('api_key', `{file: "/x/\${NONE}"}`)), [
    '4: store.elasticsearch.api_key.file names the environment variable NONE, which is not set',
  ])
})

const slips: [title: string, yaml: string][] = [
  ['a tag', yamlOf('password', '!hunter2')],
  ['a tag with a handle', yamlOf('password', '!hunter2!x y')],
  ['an anchor', yamlOf('password', '&hunter2')],
  ['an alias', yamlOf('password', '*hunter2')],
  ['a directive', '%hunter2\n'],
  ['a colon', yamlOf('password', 'a: hunter2')],
  ['an open quote', yamlOf('password', '"hunter2')],
  ['a block', yamlOf('password', '|hunter2')],
  ['a missing space', 'store:\n  elasticsearch: {password:hunter2}\n'],
  ['a missing space twice', 'store:\n  elasticsearch: {password:hunter2, password:hunter2}\n'],
  ['a text for the section', 'store:\n  elasticsearch:\n    password:hunter2\n'],
  ['a text for the store', 'store: hunter2\n'],
  ['the secret for the file', 'hunter2\n'],
  ['a mistyped key', 'store: {elasticsearch: {passwort: hunter2}}\n'],
  ['a URL', 'store: {elasticsearch: {nodes: "https://elastic:hunter2@es"}}\n'],
  ['a URL in a list', 'store: {elasticsearch: {nodes: ["ftp://elastic:hunter2@es"]}}\n'],
  ['a proxy', 'store: {elasticsearch: {proxy: "socks://me:hunter2@proxy"}}\n'],
  ['a default', yamlOf('password', `["\${NONE:-hunter2}"]`)],
  ['a variable', yamlOf('password', `["\${SECRET}"]`)],
]

for (const [title, yaml] of slips)
  test(`does not show a secret that is mistaken for ${title}`, async () => {
    const error = await refusal(yaml, { SECRET: 'hunter2' })
    assert.doesNotMatch(inspect(error, { depth: 9, showHidden: true }), /hunter2/)
  })

/** What `mitra` prints, whatever it thinks of the configuration. */
async function outputOf(words: readonly string[], yaml: string, env: Record<string, string>): Promise<string> {
  writeFileSync(file, yaml)
  const kept = captured({ env })
  await main([...words, '--config', file], kept.io)
  return kept.stdout() + kept.stderr()
}

test('no output of a command shows a secret', async () => {
  for (const name of names)
    for (const words of [['check'], ['check', '--json'], ['search', '*:*']])
      assert.doesNotMatch(await outputOf(words, yamlOf(name, `"\${SECRET}"`), { SECRET: 'hunter2' }), /hunter2/)
})

// Begun with a mark that no message has by chance; `\${` is left out, for a variable that is not set is named.
const secret = fc
  .tuple(
    fc.constantFrom('', '!', '*', '&', '%', '@', '`', '|', '>', '-', '?', '{', '[', '"', "'", '#', ':', '/', '~'),
    fc.string({ unit: fc.constantFrom(...'abzXY019 :#{}[],&*!|>\'"%@`\\-?~/=+.$\n\t'), maxLength: 12 }),
    fc.constantFrom('', '@', ': ', ' #', '"', '\n'),
  )
  .map(([sign, middle, end]) => [sign, `q7Zk${middle.replaceAll('${', '$')}`, end])

const placed = fc.record({
  parts: secret,
  name: fc.constantFrom(...names),
  way: fc.constantFrom('plain', 'quoted', 'flow', 'variable', 'file', 'list', 'url', 'proxy', 'mistyped', 'section'),
})

test('no output of check and no mistake ever shows a secret, however it is written', async () => {
  const root = join(folder, 'empty-root')
  const head = `root: ${root}\nhost: a\n`
  await fc.assert(
    fc.asyncProperty(placed, async ({ parts, name, way }) => {
      const text = parts.join('')
      const env: Record<string, string> = { PATH: '/usr/bin', SECRET: text }
      const path = put('random', text)
      const yaml = {
        plain: yamlOf(name, text),
        quoted: yamlOf(name, JSON.stringify(text)),
        flow: `store: {elasticsearch: {nodes: "http://127.0.0.1:9", username: u, ${name}: ${text}}}\n`,
        variable: yamlOf(name, `"\${SECRET}"`),
        file: yamlOf(name, `{file: ${path}}`),
        list: yamlOf(name, `[${JSON.stringify(text)}]`),
        url: `store: {elasticsearch: {nodes: ${JSON.stringify(`https://u:${text}@es:9200`)}}}\n`,
        proxy: `store: {elasticsearch: {nodes: "http://127.0.0.1:9", proxy: ${JSON.stringify(`http://u:${text}@proxy:1`)}}}\n`,
        mistyped: `store: {elasticsearch: {x_${name}: ${JSON.stringify(text)}}}\n`,
        section: `store: {elasticsearch: ${JSON.stringify(text)}}\n`,
      }[way]
      for (const words of [['check'], ['check', '--json']])
        assert.ok(!(await outputOf(words, head + yaml, env)).includes('q7Zk'), yaml)
      const error = await load(head + yaml, env).catch((thrown: unknown) => thrown)
      if (error instanceof ActionableError) assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes('q7Zk'))
    }),
    { numRuns: 300 },
  )
})
