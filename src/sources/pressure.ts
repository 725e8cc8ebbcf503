// What tasks wait for: pressure stall information of the host.
import { NoDataError } from '../errors.ts'
import type { Root } from '../host/root.ts'
import { parsePressure } from '../parsers/pressure.ts'
import type { Fields } from '../snapshot/document.ts'
import { kernelTable } from './kernel-table.ts'
import { countersOf, type Rates, sixFigures } from './rates.ts'

const resources = ['cpu', 'memory', 'io', 'irq'] as const
const folder = '/proc/pressure'

export const pressure = kernelTable({
  name: 'pressure',
  path: folder,
  summary: 'How much of the time tasks waited for processor, memory and disk, from /proc/pressure (since Linux 4.20).',
  fields: [
    {
      name: 'pressure.*',
      type: 'double',
      unit: 'percent',
      summary:
        'Share of the time that `some` tasks or all (`full`) waited for `cpu`, `memory`, `io` or `irq`, as ' +
        '`pressure.memory.full_avg10` over ten seconds, `avg60`, `avg300`, and `pct` since the pass before.',
    },
    {
      name: 'pressure_ms.*',
      type: 'long',
      unit: 'ms',
      counter: true,
      summary: 'How long they have waited since boot, as `pressure_ms.io.some`.',
    },
  ],
  reads: resources.map((resource) => `${folder}/${resource}`),
  read: ({ root }) => readPressure(root),
  parse: parseLines,
  rates: { counters: (_, found) => countersOf('pressure_ms.', found), fields: shares },
})

/** Lines of the files behind the name of each. */
function readPressure(root: Root): string {
  const text = resources.map((resource) => readResource(root, resource)).join('')
  if (text === '') throw new NoDataError('no pressure stall information on this host')
  return text
}

function readResource(root: Root, resource: string): string {
  let text: string
  try {
    text = root.readKernelText(`${folder}/${resource}`)
  } catch (error) {
    if (error instanceof NoDataError || isSwitchedOff(error)) return ''
    throw error
  }
  return text.replace(/^(?=.)/gm, `${resource} `)
}

/** A kernel started with `psi=0` has the files and refuses to read them. */
function isSwitchedOff(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EOPNOTSUPP'
}

function parseLines(text: string): Fields {
  const fields: Fields = {}
  for (const row of text.split('\n', 20)) {
    const [, resource, rest = ''] = /^(cpu|memory|io|irq) (.*)$/.exec(row) ?? []
    for (const { kind, total, ...averages } of parsePressure(rest)) {
      for (const [name, share] of Object.entries(averages)) fields[`pressure.${resource}.${kind}_${name}`] = share
      fields[`pressure_ms.${resource}.${kind}`] = Math.floor(total / 1000)
    }
  }
  return fields
}

/** A second in which a thousand milliseconds were waited is all of it. */
function shares(rates: Rates): Fields {
  const found: Fields = {}
  for (const [name, rate] of rates) found[`pressure.${name}_pct`] = sixFigures(Math.min(rate / 10, 100))
  return found
}
