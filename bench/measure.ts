// Timing and tables for the benchmarks: medians over runs taken in turn, because machines drift.
import { spawnSync } from 'node:child_process'

export interface Spread {
  p50: number
  p95: number
}

export function spreadOf(samples: readonly number[]): Spread {
  const sorted = samples.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { p50: at(0.5), p95: at(0.95) }
}

/** Milliseconds of one call. */
export async function timed(work: () => unknown): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

/** Wall milliseconds of whole processes, run in turn so that drift meets all of them alike; a first round does not count. */
export function timedInTurn(commands: readonly (readonly string[])[], rounds: number): Spread[] {
  const samples = commands.map((): number[] => [])
  for (let round = 0; round <= rounds; round++) {
    for (const [index, [program = '', ...words]] of commands.entries()) {
      const started = performance.now()
      const { error, status } = spawnSync(program, words, {
        stdio: ['ignore', 'pipe', 'ignore'],
        maxBuffer: 2 ** 30,
        env: plainEnvironment(),
      })
      if (error || (status ?? 2) > 1) throw new Error(`failed to run "${program} ${words.join(' ')}"`, { cause: error })
      if (round > 0) samples[index]?.push(performance.now() - started)
    }
  }
  return samples.map(spreadOf)
}

/** Without what slows every start of Node down on some machines. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _, NODE_OPTIONS: __, ...rest } = process.env
  return rest
}

export function hasProgram(name: string): boolean {
  return !spawnSync(name, ['--version'], { stdio: 'ignore' }).error
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const cells = [head, head.map(() => '---'), ...rows].map((row) => row.map(String))
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  for (const row of cells) {
    console.log(
      `| ${row.map((cell, column) => (cell === '---' ? '-'.repeat(widths[column] ?? 3) : cell.padEnd(widths[column] ?? 0))).join(' | ')} |`,
    )
  }
  console.log('')
}

export function rounded(value: number, digits = 1): string {
  return value.toFixed(digits)
}
