// The one logger: short lines on a terminal, JSON lines for services, and a rotated file. Loads winston (25 ms, 13 MB), so
// only commands that log import this file, and late.
import { Writable } from 'node:stream'
import winston from 'winston'
import { messageOf } from './errors.ts'
import { openLogFile } from './log-file.ts'

/** Constant messages, everything that varies in the fields. */
export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void
  info(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
  /** Resolves when all that was logged is written; what is logged later is dropped. */
  close(): Promise<void>
}

/** The section `log` of the configuration. */
export interface LogSettings {
  file?: string | undefined
  /** MB at which the file is rotated. */
  maxsize: number
  level: Level
  format: 'auto' | 'text' | 'json'
}

export interface LogSurroundings {
  stderr?: Writable & { isTTY?: boolean }
  now?: () => Date
}

type Level = 'error' | 'warn' | 'info' | 'debug'

interface Entry {
  at: Date
  level: Level
  message: string
  fields: Record<string, unknown>
}

const levels: Record<Level, number> = { error: 0, warn: 1, info: 2, debug: 3 }
const guarded = new WeakSet<Writable>()

/**
 * Opens the log. Throws ActionableError when its file cannot be written; later troubles (a full disk, a closed terminal) are
 * told once on stderr and never stop the program.
 */
export function createLog(settings: LogSettings, surroundings: LogSurroundings = {}): Log {
  const { stderr = process.stderr, now = () => new Date() } = surroundings
  const isText = settings.format === 'text' || (settings.format === 'auto' && stderr.isTTY === true)
  const coloured = isText && stderr.isTTY === true && !process.env['NO_COLOR']
  const toConsole = isText ? (entry: Entry) => textLine(entry, coloured) : jsonLine
  const say = (line: string) => writeToConsole(stderr, line)

  const trouble = (message: string, fields: Record<string, unknown>) =>
    say(`${toConsole({ at: now(), level: 'warn', message, fields })}\n`)
  const file = settings.file === undefined ? undefined : openLogFile(settings.file, settings.maxsize * 2 ** 20, trouble)
  const transports = [transport(say, toConsole), ...(file ? [transport(file.write, jsonLine)] : [])]
  const logger = winston.createLogger({ levels, level: settings.level, format: passed(), transports })

  let closing: Promise<void> | undefined
  const at = (level: Level) => (message: string, fields: Record<string, unknown>) => {
    if (!closing) logger.log({ level, message: '', entry: { at: now(), level, message, fields } satisfies Entry })
  }
  const close = async () => {
    await new Promise<void>((resolve) => logger.once('finish', resolve).end())
    file?.close()
    await flushed(stderr)
  }
  const [error, warn, info, debug] = [at('error'), at('warn'), at('info'), at('debug')]
  return {
    error: (message, fields = {}) => error(message, fields),
    warn: (message, fields = {}) => warn(message, fields),
    info: (message, fields = {}) => info(message, fields),
    debug: (message, fields = {}) => debug(message, fields),
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

const passed = winston.format((info) => info)

function transport(write: (line: string) => void, line: (entry: Entry) => string): winston.transport {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      write(chunk)
      done()
    },
  })
  const format = winston.format.printf((info) => line(info['entry'] as Entry))
  return new winston.transports.Stream({ stream, format, eol: '\n' })
}

/** A reader of stderr that went away shows as a throw or as an error event; both are no reason to stop. */
function writeToConsole(stderr: Writable, line: string): void {
  if (!guarded.has(stderr)) {
    guarded.add(stderr)
    stderr.on('error', () => {})
  }
  try {
    stderr.write(line)
  } catch {
    // Nobody is left to tell.
  }
}

function flushed(stderr: Writable): Promise<void> {
  return new Promise((resolve) => {
    try {
      stderr.write('', () => resolve())
    } catch {
      resolve()
    }
  })
}

/** `12:00:01 warn  source failed source=sysctl cause="…"`, in local time. */
function textLine({ at, level, message, fields }: Entry, coloured: boolean): string {
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
  const said = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${plain(key)}=${plain(value)}`)
  const name = level.padEnd(5)
  return `${time} ${coloured ? `\x1b[${colours[level]}m${name}\x1b[0m` : name} ${harmless(message)}${said.join('')}`
}

const colours: Record<Level, number> = { error: 31, warn: 33, info: 32, debug: 2 }

/** The names of the ECS logging specification. */
function jsonLine({ at, level, message, fields }: Entry): string {
  const record: Record<string, unknown> = { '@timestamp': at.toISOString(), 'log.level': level, message }
  for (const [key, value] of Object.entries(fields)) {
    const given = value instanceof Error ? messageOf(value) : value
    record[Object.hasOwn(record, key) ? `fields.${key}` : key] = given
  }
  return harmless(toJson(record) ?? JSON.stringify(mapped(record)))
}

/** A record with a text in place of each value that JSON cannot hold. */
function mapped(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, toJson(value) ?? inspected(value)]))
}

function plain(value: unknown): string {
  if (value instanceof Error) return plain(messageOf(value))
  if (typeof value === 'string' && /^[\w./:@%+,*-]+$/.test(value)) return value
  return harmless(toJson(value) ?? inspected(value))
}

function toJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? String(item) : item))
  } catch {
    return undefined
  }
}

/** For whatever is no JSON: a cycle, a function, an object whose reading throws. */
function inspected(value: unknown): string {
  return `(${typeof value})`
}

/** Escapes what a terminal would act on or hide; within JSON strings this is JSON too. */
function harmless(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
