// Real files in, configuration or lines of mistakes out.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { loadConfiguration } from '../../src/config/load.ts'
import { defaultValues, settings } from '../../src/config/settings.ts'
import { ActionableError } from '../../src/errors.ts'
import { type Environment, file, folder, load, mistakes, sources } from './written.ts'

const top = Object.keys(settings).join(', ')

test('loads the original runner.yaml and means what it meant', async () => {
  const runner = join(import.meta.dirname, 'runner.yaml')
  const { log, indexer, store, origin } = await loadConfiguration({ file: runner, env: {}, sources, uid: 0 })
  assert.deepEqual(log, { file: '/tmp/runner.log', maxsize: 10, level: 'info', format: 'auto' })
  assert.equal(store.driver, 'elasticsearch')
  assert.deepEqual(indexer, {
    prefix: 'mitra_',
    es_host: 'ubuntu02',
    es_port: 9200,
    maxsize: 10,
    files: [
      '/etc/hosts',
      '/etc/resolv.conf',
      '/etc/sysctl.conf',
      '/etc/security/limits.conf',
      '/etc/ntp.conf',
      '/etc/fstab',
      '/tmp/pkgs',
      '/proc/meminfo',
      '/proc/version',
    ],
    files_if_present: [],
    commands: [],
    frequency: 300,
    watch: true,
  })
  assert.deepEqual(origin, { kind: 'option', file: runner })
})

test('keeps the embedded store when it is asked for beside es_host', async () => {
  const { store } = await load('store: {driver: embedded}\nindexer: {es_host: elastic-01}\n')
  assert.equal(store.driver, 'embedded')
})

test('reads every kind of value', async () => {
  const {
    indexer,
    labels,
    sources: said,
    retention,
    host,
  } = await load(`
host: web-01
labels: {role: web, rack: 7, spare: false}
indexer:
  maxsize: -1
  frequency: "*/5 * * * *"
  files: [/a, {path: "/b/*.conf", frequency: 60, required: false}]
  files_if_present: []
  commands:
    - {path: ss -s, run: [/usr/bin/ss, -s], timeout: 2.5, maxsize: 0.5, kind: metric, frequency: "@hourly"}
sources:
  sysctl: false
  meminfo: {frequency: 10}
retention: {days: -1, hosts: 400, prune: false}
`)
  assert.equal(host, 'web-01')
  assert.deepEqual(labels, { role: 'web', rack: 7, spare: false })
  assert.deepEqual(said, { sysctl: false, meminfo: { frequency: 10 } })
  assert.deepEqual(retention, { ...defaultValues().retention, days: -1, hosts: 400, prune: false })
  assert.equal(indexer.maxsize, -1)
  assert.equal(indexer.frequency, '*/5 * * * *')
  assert.deepEqual(indexer.files, ['/a', { path: '/b/*.conf', frequency: 60, required: false }])
  assert.equal(indexer.commands[0]?.timeout, 2.5)
})

test('an empty file, and sections with nothing in them, are the defaults', async () => {
  for (const yaml of [
    '',
    '# nothing\n',
    '---\n',
    'log:\nstore:\n  embedded:\nsources:\nlabels:\n',
    'host: null\nlog: {file: ~}\n',
  ]) {
    const { origin, ...values } = await load(yaml)
    assert.equal(origin.kind, 'option')
    assert.deepEqual(values, defaultValues(), yaml)
  }
})

const cases: [title: string, yaml: string, expected: string[]][] = [
  [
    'a wrong type',
    'indexer:\n  frequency: fast\n',
    ['2: indexer.frequency must be a number of seconds from 1 to 2073600, or a cron expression, got "fast"'],
  ],
  ['a mistyped key', 'indexer:\n\n  filez: [a]\n', ['3: unknown key indexer.filez, did you mean indexer.files?']],
  ['a mistyped section', 'idnexer: {}\n', ['1: unknown key idnexer, did you mean indexer?']],
  ['a key of another section', 'frequency: 3\n', ['1: unknown key frequency, did you mean indexer.frequency?']],
  ['a key with its dots', 'log.file: /x\n', ['1: unknown key "log.file", write file: below log:']],
  [
    'a deeper key with its dots',
    'store.embedded.path: /x\n',
    ['1: unknown key "store.embedded.path", write path: below store: and embedded:'],
  ],
  ['a key like none', 'colour: red\n', [`1: unknown key colour, known here: ${top}`]],
  [
    'keys JavaScript knows',
    '__proto__: 1\nlog: {constructor: 1}\n',
    [
      `1: unknown key __proto__, known here: ${top}`,
      '2: unknown key log.constructor, known here: file, maxsize, level, format',
    ],
  ],
  ['a forgotten space', 'log: {level:debug}\n', ['1: unknown key log."level:...", write a space after the colon']],
  ['a value for a section', 'log: 5\n', ['1: log must be a section with file, maxsize, level, format, got a number']],
  ['no value', 'log:\n  level:\n', ['2: log.level must be error, warn, info or debug, got nothing']],
  ['the wrong case', 'log: {level: INFO}\n', ['1: log.level must be error, warn, info or debug, got "INFO"']],
  ['a relative path', 'log: {file: mitra.log}\n', ['1: log.file must be an absolute path, got "mitra.log"']],
  [
    'numbers out of range',
    'log: {maxsize: 0}\nindexer:\n  es_port: 70000\n  maxsize: -2\n  frequency: 0.5\n',
    [
      '1: log.maxsize must be a number of MB above 0, at most 1000000, got 0',
      '3: indexer.es_port must be a port number, 1 to 65535, got 70000',
      '4: indexer.maxsize must be a number of MB above 0, at most 1000000, or -1 for no limit, got -2',
      '5: indexer.frequency must be a number of seconds from 1 to 2073600, or a cron expression, got 0.5',
    ],
  ],
  [
    'numbers that are none',
    'log: {maxsize: .inf}\nindexer: {maxsize: .nan}\n',
    [
      '1: log.maxsize must be a number of MB above 0, at most 1000000, got Infinity',
      '2: indexer.maxsize must be a number of MB above 0, at most 1000000, or -1 for no limit, got NaN',
    ],
  ],
  [
    'a cron expression out of range',
    'indexer: {frequency: "61 * * * *"}\n',
    ['1: indexer.frequency must be a number of seconds from 1 to 2073600, or a cron expression, got "61 * * * *"'],
  ],
  [
    'entries of files',
    'indexer:\n  files:\n    - etc/hosts\n    - 5\n    - [/a]\n    - {path: /b, frequncy: 5}\n    - {path: /c, required: maybe}\n    - {frequency: 5}\n',
    [
      '3: indexer.files[0] must be an absolute path, a glob or a directory, got "etc/hosts"',
      '4: indexer.files[1] must be an absolute path, a glob or a directory, got 5',
      '5: indexer.files[2] must be an absolute path, a glob or a directory, got a list',
      '6: unknown key indexer.files[3].frequncy, did you mean indexer.files[3].frequency?',
      '7: indexer.files[4].required must be true or false, got "maybe"',
      '8: indexer.files[5].path is missing, it must be an absolute path, a glob or a directory',
    ],
  ],
  [
    'open brackets',
    'indexer:\n  files: ["/etc/[a", "/etc/[[]a"]\n  files_if_present: [{path: "/etc/{a,b"}]\n',
    [
      '2: indexer.files[0] has a "[" that is not closed (write [[] for the character itself), got "/etc/[a"',
      '3: indexer.files_if_present[0].path has a "{" that is not closed (write [{] for the character itself), got "/etc/{a,b"',
    ],
  ],
  [
    'a path for a list',
    'indexer: {files: /etc/hosts}\n',
    ['1: indexer.files must be a list of absolute paths, globs and directories, got "/etc/hosts"'],
  ],
  [
    'entries of commands',
    'indexer:\n  commands:\n    - path: a\n      runn: [x]\n    - path: b\n      run: [sleep, 5]\n    - path: b\n      run: []\n    - {path: c}\n    - ss -s\n    - {path: d, run: ss -s}\n',
    [
      '4: unknown key indexer.commands[0].runn, did you mean indexer.commands[0].run?',
      '6: indexer.commands[1].run[1] must be a text (quote it), got 5',
      '7: indexer.commands[2].path must differ from that of indexer.commands[1], got "b"',
      '8: indexer.commands[2].run must be a list of texts, the program first, got an empty list',
      '9: indexer.commands[3].run is missing, it must be a list of texts, the program first',
      '10: indexer.commands[4] must be a mapping with path and run, got "ss -s"',
      '11: indexer.commands[5].run must be a list of texts, the program first, got "ss -s"',
    ],
  ],
  [
    'sources',
    'sources:\n  sysctls: false\n  meminfo: 3\n  packages: {enabled: 1, freq: 2}\n',
    [
      '2: unknown key sources.sysctls, did you mean sources.sysctl?',
      '3: sources.meminfo must be true, false, or a mapping with enabled and frequency, got 3',
      '4: unknown key sources.packages.freq, known here: enabled, frequency',
      '4: sources.packages.enabled must be true or false, got 1',
    ],
  ],
  [
    'keys of one source alone',
    'sources:\n  processes: {top: 1000, names: nginx, address: x}\n  memcached: {addresses: [cache, a:1]}\n  meminfo: {top: 3}\n',
    [
      '2: unknown key sources.processes.address, known here: enabled, frequency, top, names, users, cgroups, arguments',
      '2: sources.processes.top must be a whole number from 0 to 100, got 1000',
      '2: sources.processes.names must be a list of texts, got "nginx"',
      '3: sources.memcached.addresses[0] must be host:port, [address]:port or the path of a socket, got "cache"',
      '4: unknown key sources.meminfo.top, known here: enabled, frequency',
    ],
  ],
  [
    'labels',
    'labels: {"a b": 1, x: [1], __proto__: 3}\n',
    [
      '1: labels."a b" must have a name of letters, digits and underscores, a letter first, got 1',
      '1: labels.x must be a text, a number, true or false, got a list',
      '1: labels.__proto__ must have a name of letters, digits and underscores, a letter first, got 3',
    ],
  ],
  [
    'a store without its address',
    'store: {driver: elasticsearch}\n',
    ['1: store.driver elasticsearch needs store.elasticsearch.nodes or indexer.es_host, neither is given'],
  ],
  ['tabs', 'log:\n\tlevel: info\n', ['2: not valid YAML: tab characters must not be used in indentation']],
  ['broken YAML', 'log:\n  level: info: debug\n', ['2: not valid YAML: bad indentation of a mapping entry']],
  ['an open quote', 'host: a\nroot: "/x\n', ['3: not valid YAML: deficient indentation']],
  [
    'keys given twice',
    'log: {level: info}\nhost: a\nlog: {format: json}\n',
    ['3: log is given twice, first on line 1'],
  ],
  [
    'a key given twice far down',
    'indexer:\n  files:\n    - path: /a\n      path: /b\n',
    ['4: indexer.files[0].path is given twice, first on line 3'],
  ],
  [
    'a name nobody can refer to',
    'labels: {a: &name b}\nhost: &name\n',
    [
      '1: names (&name) mean nothing here, quote a text that begins with &',
      '2: names (&name) mean nothing here, quote a text that begins with &',
    ],
  ],
  ['a list', '- a\n', ['1: the configuration must be a mapping of settings, got a list']],
  ['a text', 'mitra\n', ['1: the configuration must be a mapping of settings, got a text']],
  ['two documents', 'host: a\n---\nhost: b\n', ['3: a configuration is one document, here begins a second']],
  ['aliases', 'host: &x a\nroot: *x\n', ['2: not valid YAML: aliases (*name) are not allowed here']],
  ['unknown tags', 'host: !!js/function x\n', ['1: not valid YAML: a tag (!name) is not known here']],
  ['null bytes', 'host: a\nroot: \0\n', ['2: not valid YAML: null byte is not allowed in input']],
  ['control characters', 'host: \x1b[31m\n', ['1: not valid YAML: the stream contains non-printable characters']],
  [
    'values that would act on a terminal',
    'root: "\\u001b[31m\\u202e\\n"\n"\\u001b[2J": 1\n',
    [
      '1: root must be an absolute path, got "\\u001b[31m\\u202e\\n"',
      `2: unknown key "\\u001b[2J", known here: ${top}`,
    ],
  ],
  ['a long value', `root: ${'x'.repeat(5000)}\n`, [`1: root must be an absolute path, got "${'x'.repeat(57)}..."`]],
  [
    'Windows line ends',
    'host: a\r\nlog:\r\n  level: x\r\n',
    ['3: log.level must be error, warn, info or debug, got "x"'],
  ],
]

for (const [title, yaml, expected] of cases)
  test(`tells ${title} in one line each`, async () => assert.deepEqual(await mistakes(yaml), expected))

test('counts mistakes beyond twenty', async () => {
  const yaml = Array.from({ length: 30 }, (_, index) => `wrong${index}: 1\n`).join('')
  const lines = await mistakes(yaml)
  assert.equal(lines.length, 21)
  assert.equal(lines.at(-1), ' 10 more mistakes')
})

test('refuses an alias bomb at once', async () => {
  const levels = Array.from({ length: 9 }, (_, level) => {
    const names = Array.from({ length: 9 }, () => (level === 0 ? 'x' : `*l${level - 1}`))
    return `l${level}: &l${level} [${names.join(', ')}]`
  })
  assert.deepEqual(await mistakes(levels.join('\n')), ['2: not valid YAML: aliases (*name) are not allowed here'])
})

test('refuses nesting without end', async () => {
  assert.deepEqual(await mistakes('['.repeat(100_000)), ['1: not valid YAML: nested too deep'])
})

test('puts the environment into texts, whole or in part', async () => {
  const env = { NAME: 'web', DIGITS: '123', PORT: '9300', WATCH: 'false', EMPTY: '', MULTI: 'x\ny: z' }
  const { host, indexer, labels } = await load(
    `host: \${DIGITS}
labels: {a: "\${NAME}-\${DIGITS}", b: "$\${NAME}", c: "\${MULTI}", d: "\${EMPTY}", e: "\${EMPTY:-none}", f: "\${UNSET:-a:-b}", g: $NAME}
indexer: {es_port: "\${PORT}", watch: "\${WATCH}", files: ["/etc/\${NAME}", {path: /x, frequency: "\${DIGITS}"}]}
`,
    env,
  )
  assert.equal(host, '123', 'a text stays a text')
  assert.deepEqual(labels, {
    a: 'web-123',
    b: `\${NAME}`,
    c: 'x\ny: z',
    d: '',
    e: 'none',
    f: 'a:-b',
    g: '$NAME',
  })
  assert.equal(indexer.es_port, 9300)
  assert.equal(indexer.watch, false)
  assert.deepEqual(indexer.files, ['/etc/web', { path: '/x', frequency: 123 }])
})

test('names a variable that is not set, and never shows the value of one that is', async () => {
  const yaml = `host: "\${UNSET}"\nroot: "\${SECRET}"\nlog: {level: "x\${SECRET}", maxsize: "\${SECRET}"}\nlabels: {a: "\${"}\n`
  const lines = await mistakes(yaml, { SECRET: 'hunter2' })
  assert.deepEqual(lines, [
    `1: host names the environment variable UNSET, which is not set, got "\${UNSET}"`,
    `2: root must be an absolute path, got "\${SECRET}"`,
    `3: log.level must be error, warn, info or debug, got "x\${SECRET}"`,
    `3: log.maxsize must be a number of MB above 0, at most 1000000, got "\${SECRET}"`,
    `4: labels.a must have references of the form \${NAME} or \${NAME:-default}, got "\${"`,
  ])
})

test('does not take names every object has for variables', async () => {
  assert.deepEqual(await mistakes(`host: "\${constructor}"\n`), [
    `1: host names the environment variable constructor, which is not set, got "\${constructor}"`,
  ])
})

test('reads -c, else $MITRA_CONFIG, else the system’s file, else the user’s, else none', async () => {
  const write = (name: string) => {
    const path = join(folder, name)
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, `host: ${name.split('/')[0]}\n`)
    return path
  }
  const option = write('option.yml')
  const environment = write('environment.yml')
  const system = write('system.yml')
  const user = write('home/.config/mitra/mitra.yml')
  const xdg = write('xdg/mitra/mitra.yml')
  const home = join(folder, 'home')
  const missing = join(folder, 'missing.yml')
  const env = { MITRA_CONFIG: environment, HOME: home }
  const origin = async (request: { file?: string; env: Environment; system: string }) =>
    (await loadConfiguration({ ...request, sources, uid: 1000 })).origin

  assert.deepEqual(await origin({ file: option, env, system }), { kind: 'option', file: option })
  assert.deepEqual(await origin({ env, system }), { kind: 'environment', file: environment })
  assert.deepEqual(await origin({ env: { ...env, MITRA_CONFIG: '' }, system }), { kind: 'system', file: system })
  assert.deepEqual(await origin({ env: { HOME: home }, system: missing }), { kind: 'user', file: user })
  const xdgFolder = join(folder, 'xdg')
  assert.deepEqual(await origin({ env: { HOME: home, XDG_CONFIG_HOME: xdgFolder }, system: missing }), {
    kind: 'user',
    file: xdg,
  })
  assert.deepEqual(await origin({ env: { HOME: home, XDG_CONFIG_HOME: 'relative' }, system: missing }), {
    kind: 'user',
    file: user,
  })
  assert.deepEqual(await origin({ env: { HOME: folder }, system: join(option, 'below') }), { kind: 'built-in' })
})

test('puts the store where this user may write', async () => {
  const path = async (env: Environment, uid: number) => {
    const request = { env: { XDG_CONFIG_HOME: '/nowhere', ...env }, sources, uid, system: '/nowhere' }
    return (await loadConfiguration(request)).store.embedded.path
  }
  assert.equal(await path({}, 0), '/var/lib/mitra/mitra.db')
  assert.equal(await path({ HOME: '/home/a' }, 1000), '/home/a/.local/state/mitra/mitra.db')
  assert.equal(await path({ HOME: '/home/a', XDG_STATE_HOME: '/state' }, 1000), '/state/mitra/mitra.db')
  assert.equal(await path({}, 1000), join(homedir(), '.local/state/mitra/mitra.db'))
  const { store } = await load('store: {embedded: {path: /data/mitra.db}}\n')
  assert.equal(store.embedded.path, '/data/mitra.db')
})

test('refuses a named file it cannot read, with the next step', async () => {
  const put = (name: string, content: string | Buffer) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const fifo = join(folder, 'fifo')
  spawnSync('mkfifo', [fifo])
  const huge = put('huge.yml', '')
  truncateSync(huge, 100 * 2 ** 20)
  const refused: [string, RegExp][] = [
    [join(folder, 'none.yml'), /: no such file$/],
    [folder, /: it is a directory$/],
    [fifo, /: it is not a regular file$/],
    [huge, /: it has 104857600 bytes, more than the 1048576 it may have$/],
    [put('latin1.yml', Buffer.from('host: caf\xe9\n', 'latin1')), /: it is not UTF-8 text$/],
    [join(folder, 'x'.repeat(300)), /: ENAMETOOLONG$/],
  ]
  for (const [named, why] of refused)
    await assert.rejects(loadConfiguration({ file: named, env: {}, sources }), (error: unknown) => {
      assert.ok(error instanceof ActionableError)
      assert.ok(error.message.startsWith(`failed to read configuration "${named}": `), error.message)
      assert.match(error.message, why)
      assert.match(error.next ?? '', /-c/)
      return true
    })
  await assert.rejects(loadConfiguration({ env: { MITRA_CONFIG: '/none.yml' }, sources }), (error: unknown) => {
    assert.ok(error instanceof ActionableError)
    return error.next === 'give an existing file with $MITRA_CONFIG'
  })
})

test('does not pass over a file of the system that it cannot read', async () => {
  const loop = join(folder, 'loop.yml')
  symlinkSync(loop, loop)
  await assert.rejects(loadConfiguration({ env: {}, sources, system: loop }), /failed to read configuration .*: ELOOP/)
})

test('loads neither the YAML parser nor the checks without a configuration file', () => {
  const script = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ resolve(name, context, next) { const found = next(name, context); loaded.push(found.url); return found } })
    const { loadConfiguration } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/config/load.ts'))})
    await loadConfiguration({ env: { HOME: '/nowhere' }, sources: [], system: '/nowhere' })
    console.log(loaded.filter((url) => url.includes('node_modules')).length)`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  assert.equal(stdout.trim(), '0', stderr)
})

const fragment = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ...'host root labels log file level store indexer files commands path run sources sysctl'.split(' '),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ': ',
      ':',
      '\n',
      '\n  ',
      '\n    ',
      '- ',
      ', ',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '|',
      '>',
      '&a ',
      '*a',
      '!!str ',
      '? ',
      '#',
      '---',
      '\t',
      `\${`,
      '}',
      `\${HOME}`,
      '<<: ',
      '%',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
  { weight: 1, arbitrary: fc.oneof(fc.integer(), fc.double(), fc.boolean()).map(String) },
)

test('any text gives a configuration or an error that can be acted on', async () => {
  const text = fc.oneof(
    fc.array(fragment, { maxLength: 40 }).map((parts) => parts.join('')),
    fc.json().map((json) => `indexer: ${json}\nlabels: ${json}\nsources: ${json}`),
  )
  await fc.assert(
    fc.asyncProperty(text, async (yaml) => {
      try {
        await load(yaml, { HOME: '/root' })
      } catch (error) {
        assert.ok(error instanceof ActionableError, error instanceof Error ? error.stack : String(error))
        for (const line of error.message.split('\n')) {
          assert.ok(line.startsWith(`${file}:`), line)
          assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f\u202e]/)
        }
      }
    }),
    { numRuns: 600 },
  )
})
