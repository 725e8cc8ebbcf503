// What the kernel complains about: its errors, and what operators look for whatever its level.
import { KernelLogReader } from '../host/kernel-log.ts'
import { pacer } from '../pacer.ts'
import { parseInteger } from '../parsers/integer.ts'
import { kindsOf, logLine, notable, parseLogRecord } from '../parsers/kernel-log.ts'
import type { Fields } from '../snapshot/document.ts'
import { failedObservation } from './failed-observation.ts'
import type { Collect, SourceDefinition } from './source.ts'

const path = '/dev/kmsg'
const dataset = 'mitra.kmsg'
const counts = ['errors', ...Object.keys(notable), 'lost']

export const kmsg: SourceDefinition = {
  name: 'kmsg',
  summary:
    'The last 100 errors and warnings of note in the kernel’s log, and how many of each kind, from /dev/kmsg where it may be ' +
    'read (Linux 3.5 and later; kernel.dmesg_restrict keeps it for root).',
  kind: 'state',
  enabledByDefault: true,
  paths: [path],
  fields: [
    {
      name: 'kmsg.*',
      type: 'long',
      unit: 'count',
      counter: true,
      summary:
        'How many the agent has read in the log since boot, or since the oldest it still held: `errors` (level 3 and worse), ' +
        '`syn_flooding`, `conntrack_full`, `neighbour_full`, `oom_kills`, `io_errors`, `filesystem_errors`, `hung_tasks`, ' +
        '`lockups`, `hardware_errors`, `segfaults`, `link_down`; `lost` is how often records were overwritten unread.',
    },
  ],
  formats: [{ dataset, kind: 'state', matches: (candidate) => candidate === path, fields: parseSummary }],
  create: collectKernelLog,
}

/** Lines that are kept; 30 KB at most. */
const mostLines = 100
/** Records of one pass: a kernel that logs without end gets the rest of its say in the next. */
const mostRecords = 20_000

function collectKernelLog(): Collect {
  const totals = new Map(counts.map((name) => [name, 0]))
  let lines: string[] = []
  let reader: KernelLogReader | undefined
  const count = (name: string) => totals.set(name, (totals.get(name) ?? 0) + 1)

  return async function* ({ root, now, signal }) {
    const about = { path, dataset, kind: 'state', at: now() } as const
    reader ??= new KernelLogReader(root)
    const pace = pacer()
    try {
      for (let read = 0; read < mostRecords && !signal.aborted; read++) {
        if (pace.isOver()) await pace.rest()
        const reading = reader.next()
        if (reading.status === 'end') break
        if (reading.status === 'lost') count('lost')
        else take(reading.text)
      }
    } catch (error) {
      yield failedObservation(about, error)
      return
    }
    const content = [...[...totals].map(([name, total]) => `${name} ${total}`), ...lines]
      .map((line) => `${line}\n`)
      .join('')
    yield { ...about, content, fields: parseSummary(content) }
  }

  function take(text: string): void {
    const record = parseLogRecord(text)
    const kinds = record ? kindsOf(record) : []
    if (record === undefined || kinds.length === 0) return
    kinds.forEach(count)
    lines.push(logLine(record))
    if (lines.length > mostLines) lines = lines.slice(-mostLines)
  }
}

function parseSummary(content: string): Fields {
  const fields: Fields = {}
  for (const line of content.split('\n', counts.length)) {
    const [, name = '', digits] = /^([a-z_]{1,30}) (\d{1,16})$/.exec(line.trimEnd()) ?? []
    const value = parseInteger(digits)
    if (value !== undefined && counts.includes(name)) fields[`kmsg.${name}`] = value
  }
  return fields
}
