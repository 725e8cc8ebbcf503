// Questions that nearly any host can answer, asked through the commands themselves, for whoever meets mitra the first time.
import { Readable } from 'node:stream'
import type { Io, Output } from '../terminal/io.ts'
import { shellLine } from '../terminal/shell-word.ts'
import type { Arguments, CommandDefinition, Input, Options } from './command.ts'
import { commands } from './index.ts'

interface ExampleQuestion {
  /** As a person asks it. */
  asks: string
  command: string
  /** The arguments, in order. */
  words: readonly string[]
  options?: Readonly<Record<string, string | number>>
}

/** For each question the wordings to try, until one has an answer on this host. */
const questions: readonly (readonly ExampleQuestion[])[] = [
  [
    {
      asks: 'How long may a queue of new connections get, and on how many hosts?',
      command: 'values',
      words: ['sysctl.net.core.somaxconn', 'filename:/proc/sys'],
    },
    {
      asks: 'Which values has vm.swappiness, and on how many hosts?',
      command: 'values',
      words: ['sysctl.vm.swappiness', 'filename:/proc/sys'],
    },
    {
      asks: 'Which kinds of snapshots are there, and on how many hosts?',
      command: 'values',
      words: ['event.dataset'],
    },
  ],
  [
    {
      asks: 'How much memory is there, and how much of it is available?',
      command: 'search',
      words: ['filename:/proc/meminfo'],
      options: { fields: 'host.name,meminfo.MemTotal,meminfo.MemAvailable' },
    },
    {
      asks: 'Which snapshots are larger than 1 kB?',
      command: 'search',
      words: ['size:>1024'],
      options: { fields: 'host.name,file.path,file.size', limit: 5 },
    },
    {
      asks: 'What was read?',
      command: 'search',
      words: ['*:*'],
      options: { fields: 'host.name,file.path,@timestamp', limit: 5 },
    },
  ],
  [
    { asks: 'Which hosts have bash installed?', command: 'hosts', words: ['package.name:bash'] },
    { asks: 'Which hosts have busybox installed?', command: 'hosts', words: ['package.name:busybox'] },
    {
      asks: 'Which hosts name localhost in /etc/hosts?',
      command: 'hosts',
      words: ['filename:/etc/hosts AND content:localhost'],
    },
    { asks: 'Which hosts are there, and when were they last seen?', command: 'hosts', words: [] },
  ],
]

/** Lines of an answer that are shown; the rest is counted. */
const shownLines = 8

export interface AnsweredQuestion {
  asks: string
  /** A whole command line, for a shell. */
  line: string
  /** What the command prints, ending in a line feed. */
  answer: string
}

/** Asks the questions, each by running its command with the options given to this one; those without an answer are left out. */
export async function answeredQuestions(
  program: string,
  given: Readonly<Record<string, string | undefined>>,
  io: Io,
): Promise<AnsweredQuestion[]> {
  const answered: AnsweredQuestion[] = []
  for (const wordings of questions) {
    for (const { asks, command, words, options } of wordings) {
      const all = { ...options, ...given }
      const answer = await ask(command, words, all, io)
      if (answer === undefined) continue
      answered.push({ asks, line: commandLine(program, command, words, all), answer })
      break
    }
  }
  return answered
}

/** What a command prints for these words, undefined when it finds nothing. */
async function ask(
  command: string,
  words: readonly string[],
  given: Readonly<Record<string, string | number | undefined>>,
  io: Io,
): Promise<string | undefined> {
  const entry = commands.find(({ name }) => name === command)
  const definition = await entry?.load()
  if (!definition) return undefined
  const { captured, text } = capturing(io)
  const input = {
    arguments: argumentsOf(definition, words),
    options: { ...optionDefaults(definition.options), ...given },
  } as unknown as Input<Arguments, Options>
  const status = await definition.run(input, captured)
  return status === 0 ? shortened(text()) : undefined
}

function argumentsOf({ arguments: declared }: CommandDefinition, words: readonly string[]) {
  const left = [...words]
  return Object.fromEntries(
    Object.entries(declared).map(([name, { many }]) => [name, many ? left.splice(0) : left.shift()]),
  )
}

/** What each option is when it is not given. */
function optionDefaults(options: Options) {
  return Object.fromEntries(
    Object.entries(options).map(([name, { many, value, default: fallback }]) => [
      name,
      many ? [] : value ? fallback : false,
    ]),
  )
}

/** The same surroundings without input, as a terminal would show it: both outputs kept as one text in the order written. */
function capturing(io: Io): { captured: Io; text(): string } {
  const chunks: Buffer[] = []
  const kept = ({ columns }: Output): Output => ({
    isTerminal: true,
    columns,
    write: async (chunk) => void chunks.push(Buffer.from(chunk as string)),
    flush: async () => {},
  })
  return {
    captured: {
      stdin: Readable.from([]),
      stdout: kept(io.stdout),
      stderr: kept(io.stderr),
      env: io.stdout.isTerminal ? io.env : { ...io.env, NO_COLOR: '1' },
      now: () => io.now(),
      signal: io.signal,
    },
    text: () => Buffer.concat(chunks).toString(),
  }
}

function shortened(text: string): string {
  const lines = text.trimEnd().split('\n')
  const more = lines.length - shownLines
  return `${lines.slice(0, shownLines).join('\n')}\n${more > 1 ? `… ${more} more lines\n` : more === 1 ? `${lines.at(-1)}\n` : ''}`
}

function commandLine(
  program: string,
  command: string,
  words: readonly string[],
  options: Readonly<Record<string, string | number | undefined>>,
): string {
  const given = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  )
  return `${program} ${shellLine([command, ...words, ...given])}`
}
