// The program in this process, as the tests of commands run it: a fixed zone, a fixed time, a store of its own.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { main } from '../../src/cli.ts'
import { captured } from './captured-io.ts'

process.env['TZ'] = 'Europe/Berlin'

export const now = Date.parse('2026-11-21T03:30:00.000Z')

export interface Ran {
  status: number
  stdout: string
  stderr: string
}

/** Runs one command line; both outputs are pipes unless a terminal is asked for. */
export async function mitra(argv: readonly string[], options: Parameters<typeof captured>[0] = {}): Promise<Ran> {
  const { io, stdout, stderr } = captured({ now, ...options })
  const status = await main(argv, io)
  return { status, stdout: stdout(), stderr: stderr() }
}

/** A folder that goes when the tests of the file are over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mitra-commands-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The path of a new store with these documents, imported. */
export async function storeOf(documents: readonly object[]): Promise<string> {
  const store = join(temporaryFolder(), 'mitra.db')
  const ran = await mitra(['import', '--store', store], { stdin: ndjson(documents) })
  if (ran.status !== 0) throw new Error(`the import failed: ${ran.stderr}`)
  return store
}

export function ndjson(documents: readonly object[]): string {
  return documents.map((document) => `${JSON.stringify(document)}\n`).join('')
}

/** The values of each line of JSON. */
export function parsedLines<Row = Record<string, unknown>>(text: string): Row[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row)
}

/** A minimal document: what a person would write by hand. */
export function minimal(host: string, path: string, at: string, content: string): object {
  return { '@timestamp': at, 'host.name': host, 'file.path': path, content }
}
