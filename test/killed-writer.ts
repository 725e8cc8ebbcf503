// What survives a writer that is killed while it works.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Lets a writer run for a while, kills it, and gives the last batch it reported as kept. The writer
 * takes where to write and the number of its first batch, and prints the number of each batch that is kept.
 */
export async function writeUntilKilled(writer: string, path: string, first: number, afterMs: number): Promise<number> {
  const child = spawn(process.execPath, [writer, path, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let reported = first - 1
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => {
    reported = Number(line)
  })
  const [, early] = await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => ['', 'early'])])
  assert.equal(early, undefined, 'the writer ended by itself')
  await sleep(afterMs)
  child.kill('SIGKILL')
  await once(child, 'close')
  return reported
}
