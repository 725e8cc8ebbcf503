// The logger on real files and streams; only the clock is a fake.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { after, test } from 'node:test'
import { ActionableError } from '../src/errors.ts'
import { createLog, type LogSettings } from '../src/log.ts'

const folder = mkdtempSync(join(tmpdir(), 'mitra-log-'))
after(() => rmSync(folder, { recursive: true }))

const now = () => new Date(2024, 0, 2, 12, 0, 1)
const settings: LogSettings = { maxsize: 10, level: 'info', format: 'auto' }

/** A stream that keeps what is written to it. */
function sink(isTTY = false): Writable & { isTTY: boolean; text: () => string } {
  let text = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += chunk
      done()
    },
  })
  return Object.assign(stream, { isTTY, text: () => text })
}

async function logged(
  write: (log: ReturnType<typeof createLog>) => void,
  more: Partial<LogSettings> = {},
  stderr = sink(),
): Promise<string> {
  const log = createLog({ ...settings, ...more }, { stderr, now })
  write(log)
  await log.close()
  return stderr.text()
}

test('writes a short line for people', async () => {
  const text = await logged(
    (log) => log.warn('source failed', { source: 'sysctl', cause: new Error('no such file') }),
    {
      format: 'text',
    },
  )
  assert.equal(text, '12:00:01 warn  source failed source=sysctl cause="no such file"\n')
})

test('writes a JSON line with the names of ECS for services', async () => {
  const text = await logged((log) =>
    log.error('source failed', { source: 'sysctl', took_ms: 4, cause: new Error('a\nb') }),
  )
  assert.deepEqual(JSON.parse(text), {
    '@timestamp': now().toISOString(),
    'log.level': 'error',
    message: 'source failed',
    source: 'sysctl',
    took_ms: 4,
    cause: 'a b',
  })
})

test('chooses text at a terminal and JSON elsewhere, unless told', async () => {
  const first = async (format: LogSettings['format'], isTTY: boolean) =>
    (await logged((log) => log.info('ready'), { format }, sink(isTTY))).startsWith('{')
  assert.equal(await first('auto', true), false)
  assert.equal(await first('auto', false), true)
  assert.equal(await first('json', true), true)
  assert.equal(await first('text', false), false)
})

test('colours levels at a terminal unless NO_COLOR is set', async () => {
  const before = process.env['NO_COLOR']
  delete process.env['NO_COLOR']
  assert.match(await logged((log) => log.warn('x'), {}, sink(true)), /\x1b\[33mwarn \x1b\[0m x/)
  process.env['NO_COLOR'] = '1'
  assert.doesNotMatch(await logged((log) => log.warn('x'), {}, sink(true)), /\x1b/)
  if (before === undefined) delete process.env['NO_COLOR']
  else process.env['NO_COLOR'] = before
})

test('logs what the level asks for', async () => {
  const all = (log: ReturnType<typeof createLog>) => {
    log.debug('d')
    log.info('i')
    log.warn('w')
    log.error('e')
  }
  const counts = { error: 1, warn: 2, info: 3, debug: 4 } as const
  for (const [level, count] of Object.entries(counts))
    assert.equal((await logged(all, { level: level as keyof typeof counts })).split('\n').length - 1, count, level)
})

test('makes control characters, escapes and bidirectional overrides harmless', async () => {
  const hostile = 'a\x1b[31m\r\n\x07\x9b\u202e\x7fz'
  for (const format of ['text', 'json'] as const) {
    const text = await logged((log) => log.info(hostile, { [hostile]: hostile, list: [hostile] }), { format })
    assert.equal(text.indexOf('\n'), text.length - 1, 'one line')
    assert.doesNotMatch(text.slice(0, -1), /[\u0000-\u001f\u007f-\u009f\u202e]/)
    if (format === 'json') assert.equal(JSON.parse(text)[hostile], hostile, 'nothing is lost in JSON')
  }
})

test('takes any field', async () => {
  const cycle: Record<string, unknown> = {}
  cycle['self'] = cycle
  const fields = { cycle, big: 10n, none: undefined, nothing: null, call: () => 1, message: 'kept', list: [1, 'a'] }
  const json = JSON.parse(await logged((log) => log.info('m', fields)))
  assert.equal(json.message, '"m"')
  assert.equal(json['fields.message'], '"kept"')
  assert.equal(json.cycle, '(object)')
  const text = await logged((log) => log.info('m', fields), { format: 'text' })
  assert.match(text, /cycle=\(object\) big="10" nothing=null call=\(function\) message=kept list=\[1,"a"\]/)
})

test('writes JSON lines to the file beside the console', async () => {
  const file = join(folder, 'mitra.log')
  const text = await logged((log) => log.info('ready', { n: 1 }), { file, format: 'text' })
  assert.equal(text, '12:00:01 info  ready n=1\n')
  assert.equal(JSON.parse(readFileSync(file, 'utf8')).n, 1)
})

test('rotates the file at its size, keeps five and loses no line', async () => {
  const file = join(folder, 'rotated.log')
  const maxsize = 0.002
  const log = createLog({ ...settings, file, maxsize }, { stderr: sink(), now })
  const lines = 200
  for (let number = 0; number < lines; number++) log.info('line', { number })
  await log.close()
  const files = [4, 3, 2, 1].map((number) => `${file}.${number}`).concat(file)
  const numbers = files.flatMap((name) =>
    readFileSync(name, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).number as number),
  )
  assert.deepEqual(
    numbers,
    Array.from(numbers, (_, index) => lines - numbers.length + index),
    'in order, no gap',
  )
  for (const name of files) assert.ok(readFileSync(name).length <= maxsize * 2 ** 20, name)
  assert.equal(existsSync(`${file}.5`), false)
})

test('goes on with the size the file has after a restart', async () => {
  const file = join(folder, 'restarted.log')
  writeFileSync(file, 'x'.repeat(2000))
  await logged((log) => log.info('m'.repeat(200)), { file, maxsize: 0.002 })
  assert.equal(readFileSync(`${file}.1`).length, 2000)
})

test('goes on in the same file and says so once when it cannot be rotated', async () => {
  const file = join(folder, 'stuck.log')
  for (const number of [3, 4]) mkdirSync(`${file}.${number}/full`, { recursive: true })
  const stderr = sink()
  const log = createLog({ ...settings, file, maxsize: 0.001, format: 'text' }, { stderr, now })
  for (let number = 0; number < 50; number++) log.info('line', { number })
  await log.close()
  assert.equal(stderr.text().split('log file cannot be rotated').length - 1, 1)
  assert.equal(readFileSync(file, 'utf8').trim().split('\n').length, 50)
})

test('starts a new file when the old one was taken away', async () => {
  const file = join(folder, 'moved.log')
  const log = createLog({ ...settings, file, maxsize: 0.0005 }, { stderr: sink(), now })
  for (let number = 0; number < 4; number++) log.info('line', { number })
  await new Promise((resolve) => setImmediate(resolve))
  rmSync(file)
  for (let number = 0; number < 8; number++) log.info('line', { number })
  await log.close()
  assert.ok(existsSync(file))
})

test('does not make the folder of the file', () => {
  const file = join(folder, 'typo', 'mitra.log')
  assert.throws(() => createLog({ ...settings, file }, { stderr: sink() }), /its folder does not exist/)
  assert.equal(existsSync(join(folder, 'typo')), false)
})

test('refuses a file it cannot write, with the next step', () => {
  const blocked = join(folder, 'plain')
  writeFileSync(blocked, '')
  spawnSync('mkfifo', [join(folder, 'fifo')])
  symlinkSync(join(folder, 'loop'), join(folder, 'loop'))
  const cases: [string, RegExp][] = [
    [folder, /EISDIR/],
    [join(blocked, 'mitra.log'), /ENOTDIR|EEXIST/],
    [join(folder, 'none', 'mitra.log'), /its folder does not exist/],
    [join(folder, 'fifo'), /ENXIO|regular/],
    ['/dev/null', /not a regular file/],
    [join(folder, 'loop'), /ELOOP/],
  ]
  for (const [file, cause] of cases)
    assert.throws(
      () => createLog({ ...settings, file }, { stderr: sink() }),
      (error: unknown) =>
        error instanceof ActionableError &&
        error.message.startsWith(`failed to open log file "${file}": `) &&
        cause.test(error.message) &&
        error.next !== undefined,
      file,
    )
})

test('keeps the file from other users', async () => {
  const file = join(folder, 'private.log')
  await logged((log) => log.info('x'), { file })
  assert.equal(statSync(file).mode & 0o007, 0)
})

test('says once that the disk is full, and goes on', () => {
  const script = `
    import { createLog } from ${JSON.stringify(join(import.meta.dirname, '../src/log.ts'))}
    const log = createLog({ file: process.argv[1], maxsize: 1, level: 'info', format: 'text' })
    import { truncateSync } from 'node:fs'
    for (let n = 0; n < 100; n++) log.info('line', { n })
    await new Promise((resolve) => setTimeout(resolve, 20))
    truncateSync(process.argv[1])
    log.info('room again')
    await log.close()`
  const file = join(folder, 'limited.log')
  // A limit on the size of files stands for a full disk: the write fails half way, with the signal ignored.
  const limited = spawnSync(
    'sh',
    ['-c', 'trap "" XFSZ; ulimit -f 2; exec "$0" --input-type=module -e "$1" "$2"', process.execPath, script, file],
    { encoding: 'utf8', env: { ...process.env, NODE_V8_COVERAGE: '' } },
  )
  assert.equal(limited.status, 0, limited.stderr)
  assert.equal(limited.stderr.split('log file cannot be written').length - 1, 1, limited.stderr)
  assert.match(limited.stderr, /log file is written again file=\S+ dropped=\d+\n/)
  assert.equal(limited.stderr.split(' line n=').length - 1, 100)
  const [torn, ...whole] = readFileSync(file, 'utf8').trimEnd().split('\n')
  assert.equal(torn, '', 'the line after one torn in half begins anew')
  assert.deepEqual(
    whole.map((line) => JSON.parse(line).message),
    ['room again'],
  )
})

test('survives a reader of stderr that goes away', () => {
  const script = `
    import { createLog } from ${JSON.stringify(join(import.meta.dirname, '../src/log.ts'))}
    import { writeFileSync } from 'node:fs'
    const log = createLog({ maxsize: 1, level: 'info', format: 'text' })
    for (let n = 0; n < 2000; n++) log.info('line', { n })
    await new Promise((resolve) => setTimeout(resolve, 50))
    log.info('late')
    await log.close()
    writeFileSync(process.argv[1], 'alive')`
  const file = join(folder, 'alive')
  const command = '"$0" --input-type=module -e "$1" "$2" 2>&1 >/dev/null | head -n 1'
  spawnSync('sh', ['-c', command, process.execPath, script, file])
  assert.equal(readFileSync(file, 'utf8'), 'alive')
})

test('survives a stream that throws', async () => {
  const stderr = sink()
  stderr.write = () => {
    throw new Error('gone')
  }
  const log = createLog(settings, { stderr, now })
  log.info('x')
  await log.close()
})

test('drops what is logged after close, and closes once', async () => {
  const stderr = sink()
  const log = createLog(settings, { stderr, now })
  log.info('first')
  await Promise.all([log.close(), log.close()])
  log.info('second')
  assert.equal(stderr.text().split('\n').length, 2)
})
