// From the words of a command line to a command, from errors to an exit status. Only this file knows commander, and only for
// a command that really runs: `--version` and `--help` load next to nothing.
import type { CommandDefinition, Input, Options } from './commands/command.ts'
import type { CommandEntry } from './commands/index.ts'
import { ActionableError, messageOf } from './errors.ts'
import { type Io, processIo } from './terminal/io.ts'

type Given = Input<CommandDefinition['arguments'], Options>

/** Runs one command line (without the program's name) and resolves with the exit status; it never rejects. */
export async function main(argv: readonly string[], io?: Io): Promise<number> {
  const stop = new AbortController()
  const own = io ?? processIo(stop.signal)
  let status: number
  try {
    status = await dispatch(argv, own, io ? undefined : stop)
    await own.stdout.flush()
  } catch (error) {
    status = await report(error, own)
  }
  await own.stderr.flush().catch(() => {})
  return status
}

async function dispatch(argv: readonly string[], io: Io, stop: AbortController | undefined): Promise<number> {
  const [first, ...rest] = argv
  if (first === '--version' || first === '-V') {
    await io.stdout.write(`${await version()}\n`)
    return 0
  }
  const { commands } = await import('./commands/index.ts')
  const wantsHelp = first === '--help' || first === '-h' || first === 'help'
  if (first === undefined || (wantsHelp && rest.length === 0)) {
    const { programHelp } = await import('./commands/help.ts')
    await (wantsHelp ? io.stdout : io.stderr).write(programHelp(io.stdout.columns))
    return wantsHelp ? 0 : 2
  }
  const name = wantsHelp ? (rest[0] ?? '') : first
  const entry = commands.find((command) => command.name === name)
  if (!entry) throw await unknown(name, commands)
  const definition = await entry.load()
  if (wantsHelp || asksForHelp(rest)) {
    const { commandHelp } = await import('./commands/help.ts')
    await io.stdout.write(commandHelp(entry, definition, io.stdout.columns))
    return 0
  }
  const input = await parse(entry, definition, rest)
  if (stop && definition.signals === 'graceful') listen(stop)
  return definition.run(input, io)
}

/** The version of the package, from its manifest. */
export async function version(): Promise<string> {
  const { readFileSync } = await import('node:fs')
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return String((manifest as { version: unknown }).version)
}

/** The first signal asks the command to end, the second ends the process. */
function listen(stop: AbortController): void {
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(status)
      stop.abort(new Interrupted(status))
    })
  }
}

/** The reason of `io.signal`: a command that does not end by itself throws it on. */
class Interrupted extends Error {
  readonly status: number

  constructor(status: number) {
    super('interrupted')
    this.status = status
  }
}

/** `--help` among the words, unless behind `--`. */
function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf('--')
  return words.slice(0, end === -1 ? words.length : end).some((word) => word === '--help' || word === '-h')
}

/** Arguments and options by name. */
async function parse(entry: CommandEntry, definition: CommandDefinition, words: readonly string[]): Promise<Given> {
  const { Argument, Command, CommanderError, InvalidArgumentError, Option } = await import('commander')
  const parser = new Command(`mitra ${entry.name}`)
  parser
    .exitOverride()
    .helpOption(false)
    .configureOutput({ writeErr: () => {} })
  for (const [name, argument] of Object.entries(definition.arguments)) {
    const word = `${name.toUpperCase()}${argument.many ? '...' : ''}`
    const accepted = new Argument(argument.required ? `<${word}>` : `[${word}]`)
    if (argument.choices) accepted.choices([...argument.choices])
    parser.addArgument(accepted)
  }
  for (const [name, declared] of Object.entries(definition.options)) {
    const value = declared.value ? ` <${declared.value}>` : ''
    const option = new Option(`${declared.short ? `-${declared.short}, ` : ''}--${name}${value}`)
    if (declared.choices) option.choices([...declared.choices])
    if (declared.default !== undefined) option.default(declared.default)
    if (declared.number)
      option.argParser((text) => {
        if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 0.')
        return Number(text)
      })
    if (declared.many) {
      // each value is held to the choices, as a single one is
      const check = option.parseArg
      option
        .default([])
        .argParser((text, before: unknown) => [...(before as string[]), check ? check(text, text) : text])
    }
    parser.addOption(option)
  }
  const given: { arguments: Record<string, unknown>; options: Record<string, unknown> } = { arguments: {}, options: {} }
  parser.action(() => {
    for (const [index, name] of Object.keys(definition.arguments).entries())
      given.arguments[name] = parser.processedArgs[index]
    for (const [name, { value }] of Object.entries(definition.options)) {
      const found: unknown = parser.getOptionValue(new Option(`--${name}`).attributeName())
      given.options[name] = value === undefined ? found === true : found
    }
  })
  try {
    parser.parse(words, { from: 'user' })
  } catch (error) {
    throw error instanceof CommanderError ? usageError(entry, error) : error
  }
  return given as Given
}

/** Commander's complaint as one line. */
function usageError(entry: CommandEntry, error: { code: string; message: string }): ActionableError {
  const message = error.message
    .replace(/^error: /, '')
    .replace(/\n\(Did you mean (.*)\?\)$/, ', did you mean $1?')
    .replace(/^command-argument value/, 'value')
    .replace(/\. ([A-Z])(.*?)\.?$/, (_, first: string, rest: string) => `: ${first.toLowerCase()}${rest}`)
    .replace(/'([^']*)'/g, '"$1"')
  const hint = error.code === 'commander.unknownOption' ? '; what begins with - and is no option goes behind --' : ''
  return new ActionableError(message, { next: `\`mitra ${entry.name} --help\` shows what it takes${hint}` })
}

async function unknown(name: string, commands: readonly CommandEntry[]): Promise<ActionableError> {
  const { nearest } = await import('./config/mistake.ts')
  const isOption = name.startsWith('-')
  const known = isOption ? ['--help', '--version'] : commands.map((command) => command.name)
  const meant = nearest(name, known)
  return new ActionableError(
    `unknown ${isOption ? 'option' : 'command'} "${name}"${meant ? `, did you mean ${meant}?` : ''}`,
    { next: '`mitra --help` lists the commands' },
  )
}

/** Says on stderr what went wrong, and gives the exit status. */
async function report(error: unknown, io: Io): Promise<number> {
  if (error instanceof Interrupted) return error.status
  const [{ harmless }, { explainedRefusal, isRefusal }] = await Promise.all([
    import('./terminal/harmless.ts'),
    import('./refusal.ts'),
  ])
  if (isRefusal(error) && error.code === 'EPIPE') return 0
  await io.stdout.flush().catch(() => {})
  const say = (text: string) => io.stderr.write(`${harmless(text, 'tabs and lines')}\n`).catch(() => {})
  const told = isRefusal(error) ? explainedRefusal(error) : error
  if (told instanceof ActionableError) await say(`mitra: ${told.message}${told.next ? `\n${told.next}` : ''}`)
  else
    await say(`mitra: unexpected error: ${messageOf(error)}\nthis is a defect of mitra; MITRA_DEBUG=1 shows the stack`)
  if (io.env['MITRA_DEBUG'] && error instanceof Error) await say(error.stack ?? '')
  return 2
}
