// Commands of the host: what they print is the text of a document at a pseudo path.
import { createHash } from 'node:crypto'
import { messageOf } from '../errors.ts'
import { decodeText } from '../host/decode-text.ts'
import { type CommandResult, runCommand } from '../host/run-command.ts'
import type { Fields } from '../snapshot/document.ts'
import type { Field } from '../snapshot/field.ts'
import type { Observation } from '../snapshot/observation.ts'
import type { Collect, Format, Pass } from './source.ts'

/** A configured command. */
export interface CommandEntry {
  /** Pseudo path of its document. */
  path: string
  /** Program and arguments, never a shell. */
  run: readonly string[]
  timeout_s: number
  /** Bytes its output may have. */
  maxBytes: number
  /** `state` when absent, or what the format of the path says. */
  kind?: 'state' | 'metric' | undefined
}

export const commandFields: readonly Field[] = [
  {
    name: 'command.exit_status',
    type: 'long',
    summary: 'What the command returned; absent when it did not end by itself.',
  },
  { name: 'command.duration_ms', type: 'double', unit: 'ms', summary: 'How long the command ran.' },
]

/** Runs one command each pass; its failure is a document with `error.message` and whatever it printed. */
export function createCommandCollector(entry: CommandEntry, formatOf: (path: string) => Format | undefined): Collect {
  const format = formatOf(entry.path)
  return async function* (pass: Pass) {
    const at = pass.now()
    const start = performance.now()
    const result = await runCommand(entry.run, {
      timeoutMs: entry.timeout_s * 1000,
      maxBytes: entry.maxBytes,
      signal: pass.signal,
    })
    if (result.problem === 'aborted') return
    yield await observe(entry, format, result, { at, ms: performance.now() - start })
  }
}

async function observe(
  entry: CommandEntry,
  format: Format | undefined,
  result: CommandResult,
  { at, ms }: { at: number; ms: number },
): Promise<Observation> {
  const { text, encoding } = await decodeText([result.stdout], result.stdout.length)
  const problem = problemOf(entry, result)
  const understood = text === undefined || format === undefined ? {} : understand(format, text)
  const fields: Fields = {
    'file.size': result.stdout.length,
    'file.encoding': encoding,
    'file.hash.sha256': createHash('sha256').update(result.stdout).digest('hex'),
    ...understood.fields,
    ...(result.status === null ? {} : { 'command.exit_status': result.status }),
    ...(problem === undefined ? {} : { 'error.message': problem }),
  }
  const lasting = [understood.stable ?? fields['file.hash.sha256'], result.status, problem]
  return {
    path: entry.path,
    dataset: format?.dataset ?? 'mitra.command',
    kind: entry.kind ?? format?.kind ?? 'state',
    at,
    ...(text === undefined ? {} : { content: text }),
    fields: { ...fields, 'command.duration_ms': Math.round(ms * 10) / 10 },
    fingerprint: createHash('sha256').update(JSON.stringify(lasting)).digest('hex'),
  }
}

function understand(format: Format, text: string): { fields?: Fields; stable?: string | undefined } {
  try {
    return { fields: format.fields(text), stable: format.stable?.(text) }
  } catch (error) {
    return { fields: { 'error.message': `failed to understand the output: ${messageOf(error)}` } }
  }
}

function problemOf(entry: CommandEntry, { problem, status, signal, stderr }: CommandResult): string | undefined {
  const name = entry.run[0] ?? ''
  const said = stderr
    .split('\n')
    .find((line) => line.trim() !== '')
    ?.trim()
    .slice(0, 500)
  const because = said === undefined ? '' : `: ${said}`
  if (problem === 'not_found') return `no such command: ${name}`
  if (problem === 'no_permission') return `no permission to run: ${name}`
  if (problem === 'timeout') return `no end within ${entry.timeout_s} s${because}`
  if (problem === 'too_large') return `output larger than ${entry.maxBytes} bytes, cut there`
  if (signal !== null) return `ended by ${signal}${because}`
  return status === 0 ? undefined : `exit status ${status}${because}`
}
