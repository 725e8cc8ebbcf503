import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { main } from '../../src/cli.ts'
import { commands } from '../../src/commands/index.ts'
import { captured } from './captured-io.ts'
import { createFleet, type Fleet } from './fleet.ts'

let fleet: Fleet
let scripts: Record<string, string>
const hasBash = spawnSync('bash', ['--version']).status === 0

before(async () => {
  fleet = await createFleet()
  const hostile = {
    '@timestamp': '2026-11-21T10:00:00Z',
    'host.name': 'h',
    'file.path': '/x',
    '$(touch /tmp/owned)': 1,
    'sysctl.a b': 1,
  }
  await fleet.run(['import'], { stdin: JSON.stringify(hostile) })
  const folder = join(fleet.folder, 'bin')
  mkdirSync(folder)
  const program = join(import.meta.dirname, '../../bin/mitra.js')
  writeFileSync(
    join(folder, 'mitra'),
    `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@" --store '${fleet.store}'\n`,
  )
  chmodSync(join(folder, 'mitra'), 0o755)
  scripts = Object.fromEntries(
    await Promise.all(
      ['bash', 'zsh', 'fish'].map(async (shell) => {
        const kept = captured({})
        assert.equal(await main(['completion', shell], kept.io), 0)
        return [shell, kept.stdout()]
      }),
    ),
  )
})
after(() => fleet.remove())

/** What bash offers for the last word. */
function offered(...words: string[]): string[] {
  const line = words.map((word) => `'${word}'`).join(' ')
  const script = `source <(printf %s "$SCRIPT"); compopt() { :; }; COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _mitra; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], {
    encoding: 'utf8',
    env: { ...process.env, SCRIPT: scripts['bash'], PATH: `${join(fleet.folder, 'bin')}:${process.env['PATH']}` },
  })
  assert.equal(stderr, '')
  return stdout.split('\n').filter((each) => each !== '')
}

test('bash completes commands, options, choices and fields', {
  skip: hasBash ? false : 'no bash on this machine',
}, () => {
  assert.deepEqual(offered('mitra', 'se'), ['search', 'setup'])
  assert.deepEqual(offered('mitra', 'help', 'va'), ['values'])
  assert.deepEqual(offered('mitra', 'search', '--def'), ['--default-operator'])
  assert.deepEqual(offered('mitra', 'search', '--default-operator', 'o'), ['or'])
  assert.deepEqual(offered('mitra', 'completion', 'f'), ['fish'])
  assert.deepEqual(offered('mitra', 'values', 'sysctl.vm'), ['sysctl.vm.swappiness'])
  assert.deepEqual(offered('mitra', 'search', 'sysctl.vm'), ['sysctl.vm.swappiness:'])
  assert.deepEqual(offered('mitra', 'hosts', '--without', 'sysctl.vm'), ['sysctl.vm.swappiness:'])
  assert.deepEqual(offered('mitra', 'search', '--limit', ''), [])
  assert.ok(offered('mitra', 'import', `${fleet.folder}/`).includes(join(fleet.folder, 'fleet.ndjson')))
})

test('bash offers no field name that a shell would obey', { skip: hasBash ? false : 'no bash on this machine' }, () => {
  assert.deepEqual(offered('mitra', 'values', '$'), [])
  assert.ok(!offered('mitra', 'values', '').some((name) => /[^\w@.-]/.test(name)))
})

test('every shell knows every command and option', async () => {
  for (const { name, load } of commands) {
    for (const script of Object.values(scripts)) assert.ok(script.includes(name))
    for (const option of Object.keys((await load()).options)) {
      assert.ok(scripts['bash']?.includes(`--${option}`), option)
      assert.ok(scripts['zsh']?.includes(`--${option}`), option)
      assert.ok(scripts['fish']?.includes(` -l ${option} `), option)
    }
  }
})

test('quotes in texts end no word of a script', () => {
  for (const line of scripts['fish']?.split('\n') ?? []) {
    const quotes = line.replaceAll("\\'", '').split("'").length - 1
    assert.equal(quotes % 2, 0, line)
  }
  const withoutEscapes = scripts['zsh']?.replaceAll("'\\''", '') ?? ''
  assert.equal((withoutEscapes.split("'").length - 1) % 2, 0)
})
