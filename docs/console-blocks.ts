// Pages with terminal sessions: each `console` block holds command lines, `$ mitra …`, and what a terminal of 110 columns shows
// for them, asked of the scenario (test/scenario) on its last day.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { main } from '../src/cli.ts'
import { captured } from '../test/commands/captured-io.ts'
import { scenarioNow } from '../test/scenario/scenario.ts'

const columns = 110
const top = join(import.meta.dirname, '..')
const asking = join(top, 'test/scenario/ask.ts')

/** Who is asked. */
export interface Asked {
  /** Options that name the store with the scenario: `--store FILE` or `--config FILE`. */
  options: readonly string[]
  /** Where a shell runs: a folder with the scenario in `scenario.db`. */
  folder: string
}

/** The page with every block as it should be now. */
export async function renewedPage(markdown: string, asked: Asked): Promise<string> {
  const zone = process.env['TZ']
  process.env['TZ'] = 'UTC'
  try {
    const parts = markdown.split(/(?<=^```console\n)(.*?)(?=^```$)/gms)
    for (const [index, part] of parts.entries()) if (index % 2 === 1) parts[index] = await renewedBlock(part, asked)
    return parts.join('')
  } finally {
    if (zone === undefined) delete process.env['TZ']
    else process.env['TZ'] = zone
  }
}

/** A page cut before each heading. */
export function sectionsOf(markdown: string): { title: string; text: string }[] {
  return markdown.split(/^(?=#{1,3} )/m).map((text) => ({ title: /^#+ (.*)/.exec(text)?.[1] ?? '', text }))
}

/** The command lines of a page, as they are typed; a backslash at the end of a line goes on with the next. */
export function commandLines(markdown: string): string[] {
  return [...markdown.matchAll(/^\$ ((?:.*\\\n)*.*)$/gm)].map(([, line = '']) => line)
}

/** The words of a line after `mitra`; undefined when it takes a shell. */
export function wordsOf(line: string): string[] | undefined {
  const words = [...line.replace(/\\\n\s*/g, '').matchAll(/'([^']*)'|([^\s']+)/g)]
  const isCommand = words[0]?.[2] === 'mitra' && words.every(([, , bare = '']) => !/[|<>;&$`*"\\]/.test(bare))
  return isCommand ? words.slice(1).map(([, quoted, bare]) => quoted ?? bare ?? '') : undefined
}

async function renewedBlock(block: string, { options, folder }: Asked): Promise<string> {
  const shown: string[] = []
  for (const line of commandLines(block)) {
    const words = wordsOf(line)
    const output = words ? await terminalOutput(words, options) : shellOutput(line, folder)
    // a defect of mitra is nothing to show
    if (/MITRA_DEBUG/.test(output)) throw new Error(`failed to run "${line}": ${output}`)
    shown.push(`$ ${line}\n${output.replaceAll('\r\n', '\n')}`)
  }
  return shown.join('\n')
}

async function terminalOutput([command = '', ...words]: readonly string[], store: readonly string[]): Promise<string> {
  const { io, both } = captured({ terminal: true, columns, env: { NO_COLOR: '1' }, now: scenarioNow })
  const actual = words.map((word) => (word.startsWith('config/') ? join(top, word) : word))
  await main([command, ...store, ...actual], io)
  // a line of progress is wiped again
  return both()
    .replace(/\r[^\n]*?\x1b\[K/g, '')
    .replaceAll(`${top}/`, '')
}

/** Only for lines that keep mitra from the terminal, on both its outputs: what it shows there would be something else. */
function shellOutput(line: string, folder: string): string {
  if (!/[|>]/.test(line)) throw new Error(`quote what a shell would take for itself: ${line}`)
  const script = `mitra() { "$NODE" "$ASK" "$@"; }\n${line}`
  const ran = spawnSync('bash', ['--norc', '-c', script], {
    cwd: folder,
    env: { ...process.env, LC_ALL: 'C', NODE: process.execPath, ASK: asking },
    encoding: 'utf8',
  })
  if (ran.error || ran.stderr !== '') throw new Error(`failed to run "${line}": ${ran.error?.message ?? ran.stderr}`)
  return ran.stdout
}
