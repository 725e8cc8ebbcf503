// Writes docs/terminal.svg, the picture at the top of README.md: what the program answers over the fixture hosts. Run it after
// changing what a terminal shows: `node docs/generate-terminal.ts`. A test fails while the picture is out of date.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runOnce } from '../src/agent/agent.ts'
import { systemClock } from '../src/agent/schedule.ts'
import { main } from '../src/cli.ts'
import { agentPlan } from '../src/config/agent-plan.ts'
import { loadConfiguration } from '../src/config/load.ts'
import { sources } from '../src/sources/index.ts'
import { openEmbeddedStore } from '../src/store/embedded/driver.ts'
import { captured } from '../test/commands/captured-io.ts'
import { picture } from './terminal-picture.ts'

export const picturePath = join(import.meta.dirname, 'terminal.svg')
const fixtures = join(import.meta.dirname, '../test/fixtures/hosts')
/** All snapshots are of this moment, and so are the questions. */
const noon = Date.parse('2026-11-18T12:00:00Z')
const columns = 72

/** The words of each command line, without the program's name. */
const questions = [
  ['search', '"somaxconn 128"'],
  ['values', 'sysctl.vm.swappiness'],
  ['hosts', 'zoneinfo.below_low:true OR host.os.kernel:4.4*'],
]

/** The command lines as they are typed. */
export const commandLines = questions.map((words) => ['mitra', ...words.map(quoted)].join(' '))

function quoted(word: string): string {
  return /^[\w./:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

/** Snapshots of every fixture host but the damaged one, then each question; resolves with all that a terminal got. */
async function session(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'mitra-terminal-'))
  const zone = process.env['TZ']
  process.env['TZ'] = 'UTC'
  try {
    const database = join(folder, 'mitra.db')
    await snapshots(folder, database)
    const config = join(folder, 'mitra.yml')
    writeFileSync(config, `store: {embedded: {path: ${JSON.stringify(database)}}}\n`)
    const answers: string[] = []
    for (const [index, words] of questions.entries())
      answers.push(`\x1b[32m$\x1b[39m \x1b[1m${commandLines[index]}\x1b[22m\n${await answer(words, config)}`)
    return answers.join('\n')
  } finally {
    if (zone === undefined) delete process.env['TZ']
    else process.env['TZ'] = zone
    rmSync(folder, { recursive: true, force: true })
  }
}

async function snapshots(folder: string, database: string): Promise<void> {
  const store = await openEmbeddedStore(database, { mustExist: false })
  try {
    for (const name of readdirSync(fixtures).sort()) {
      if (name === 'broken') continue
      const root = join(fixtures, name)
      const host = readFileSync(join(root, 'etc/hostname'), 'utf8').trim()
      const config = join(folder, `${name}.yml`)
      writeFileSync(config, `root: ${JSON.stringify(root)}\nhost: ${host}\n`)
      await runOnce({
        settings: agentPlan(await loadConfiguration({ file: config, env: {}, sources }), sources),
        store,
        log: { debug() {}, info() {}, warn() {}, error() {} },
        signal: new AbortController().signal,
        clock: { ...systemClock, now: () => noon },
      })
    }
  } finally {
    await store.close()
  }
}

async function answer(words: readonly string[], config: string): Promise<string> {
  const { io, both } = captured({ terminal: true, columns, env: { MITRA_CONFIG: config }, now: noon })
  const status = await main(words, io)
  if (status !== 0) throw new Error(`failed to answer "${words.join(' ')}": ${both()}`)
  return both()
}

/** The picture as it should be now. */
export async function terminalPicture(): Promise<string> {
  return picture(await session(), { columns, title: commandLines.join(' · ') })
}

if (import.meta.main) writeFileSync(picturePath, await terminalPicture())
