// The embedded store with a simulated fleet: import, size, ten questions in the library and on the command line, and the same
// questions by ripgrep over the same texts as files. MITRA_BENCH_HOSTS and MITRA_BENCH_DAYS change the size.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open } from '../src/index.ts'
import { dayName, fleetOptions, importedFleet } from './fleet-store.ts'
import { hasProgram, rounded, type Spread, spreadOf, table, timed, timedInTurn } from './measure.ts'
import { pastQuestionsAbout, timePastQuestions } from './past-questions.ts'
import { questionsAbout } from './questions.ts'

const { hosts, days } = fleetOptions
const lastDay = dayName(days - 1)
const someDay = dayName(Math.floor(days / 2))

const questions = questionsAbout({ firstDay: dayName(0), someDay, lastDay })

export async function run(): Promise<void> {
  const folder = mkdtempSync(join(process.env['MITRA_BENCH_FOLDER'] ?? tmpdir(), 'mitra-bench-'))
  try {
    const files = hasProgram('rg') ? join(folder, 'files') : undefined
    const { mitra, path, documents, bytes, importing_ms: importing, size } = await importedFleet(folder, files)
    console.log(`## Embedded store: ${hosts} hosts x 30 documents x ${days} days\n`)
    table(
      ['documents', 'text MB', 'import s', 'documents/s', 'store MB', 'store / text'],
      [
        [
          documents,
          rounded(bytes / 1e6, 0),
          rounded(importing / 1000, 0),
          rounded(documents / (importing / 1000), 0),
          rounded(size / 1e6, 0),
          `${rounded((size / bytes) * 100)} %`,
        ],
      ],
    )
    await askQuestions(path, mitra, files)
    const past = pastQuestionsAbout({ lastDay, earlierDay: someDay, firstDay: dayName(0), host: 'web0001.example.net' })
    timePastQuestions(mitra, ['--store', path], past)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function askQuestions(path: string, program: string, files: string | undefined): Promise<void> {
  const mitra = await open({ store: path })
  const rows: (string | number)[][] = []
  for (const { asks, library, command, ripgrep } of questions) {
    const found = await library(mitra)
    const samples: number[] = []
    for (let round = 0; round < 30; round++) samples.push(await timed(() => library(mitra)))
    const inLibrary = spreadOf(samples)
    const mine = [process.execPath, program, ...command, '--store', path]
    if (!files) {
      const [onCommandLine] = timedInTurn([mine], 5)
      rows.push([asks, found, rounded(inLibrary.p50), rounded(inLibrary.p95), wall(onCommandLine), '-', '-'])
      continue
    }
    const [onCommandLine, newest] = timedInTurn([mine, ['rg', ...options, ...ripgrepIn(files, ripgrep)]], 5)
    const [everything] = timedInTurn(
      [
        [
          'rg',
          ...options,
          ...ripgrepIn(
            files,
            ripgrep.filter((word) => !isDay(word)),
          ),
        ],
      ],
      1,
    )
    const times = (byRipgrep: Spread | undefined) => {
      const p50 = byRipgrep?.p50 ?? Number.NaN
      return `${rounded(p50, 0)} (${rounded(p50 / inLibrary.p50, 0)} x, ${rounded(p50 / (onCommandLine?.p50 ?? Number.NaN), 1)} x)`
    }
    const isAboutOneDay = ripgrep.some(isDay)
    rows.push([
      asks,
      found,
      rounded(inLibrary.p50),
      rounded(inLibrary.p95),
      wall(onCommandLine),
      isAboutOneDay ? times(newest) : '-',
      times(everything),
    ])
  }
  await mitra.close()
  table(
    [
      'question',
      'found',
      'library p50 ms',
      'p95 ms',
      'command p50 ms',
      'rg, files of that day, ms (x library, x command)',
      'rg, all files, ms',
    ],
    rows,
  )
}

const options = ['--no-messages', '--hidden']
const isDay = (word: string) => /^\d{4}-\d\d-\d\d$/.test(word)
const wall = (spread: Spread | undefined) => rounded(spread?.p50 ?? Number.NaN, 0)

/** The folder of a day stands last in a question about one day; else all days are searched. */
function ripgrepIn(files: string, words: string[]): string[] {
  const last = words.at(-1) ?? ''
  return isDay(last) ? [...words.slice(0, -1), join(files, last)] : [...words, files]
}
