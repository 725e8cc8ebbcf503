// Whether the clock of a host is right: what the kernel knows, and when a time service last was sure.
import { NoDataError } from '../errors.ts'
import { type KernelClock, loadKernelClock } from '../host/kernel-clock.ts'
import type { Root } from '../host/root.ts'
import type { Fields } from '../snapshot/document.ts'
import type { Field } from '../snapshot/field.ts'
import { deviceValue } from './device-files.ts'
import { factLines, factParser } from './fact-lines.ts'
import { failedObservation } from './failed-observation.ts'
import type { Collect, SourceDefinition } from './source.ts'

const path = 'clock'
const dataset = 'mitra.clock'
const folder = '/sys/devices/system/clocksource/clocksource0'

/** Files that a time service writes again and again while it is synchronised. */
const services: readonly (readonly [service: string, file: string])[] = [
  ['timesyncd', '/run/systemd/timesync/synchronized'],
  ['chrony', '/var/lib/chrony/drift'],
  ['chrony', '/var/lib/chrony/chrony.drift'],
  ['ntp', '/var/lib/ntp/drift'],
  ['ntp', '/var/lib/ntp/ntp.drift'],
  ['ntp', '/var/lib/ntpsec/ntp.drift'],
]

const fields: readonly Field[] = [
  {
    name: 'clock.synchronized',
    type: 'boolean',
    summary:
      'Whether the kernel takes its clock for synchronised (adjtimex): a time service has kept it lately. Absent without koffi ' +
      'and where the kernel may not be asked.',
  },
  {
    name: 'clock.offset_ms',
    type: 'double',
    unit: 'ms',
    summary: 'What the kernel is still to correct; below 0 the clock is ahead.',
  },
  { name: 'clock.max_error_ms', type: 'double', unit: 'ms', summary: 'How far off the clock may be at most.' },
  { name: 'clock.estimated_error_ms', type: 'double', unit: 'ms', summary: 'How far off the clock probably is.' },
  {
    name: 'clock.frequency_ppm',
    type: 'double',
    unit: 'count',
    summary: 'By how many parts in a million the kernel makes its clock go faster.',
  },
  {
    name: 'clock.leap',
    type: 'keyword',
    summary: 'A leap second that is due today: insert, delete, happening or happened; else absent.',
  },
  { name: 'clock.source', type: 'keyword', summary: 'What the kernel counts time by, as tsc or kvm-clock.' },
  { name: 'clock.available', type: 'keyword', summary: 'What it could count time by.' },
  {
    name: 'clock.service',
    type: 'keyword',
    summary: 'The time service whose file changed last: timesyncd, chrony or ntp.',
  },
  {
    name: 'clock.service_updated',
    type: 'date',
    summary: 'When it did: timesyncd at each synchronisation, the others about once an hour while synchronised.',
  },
]

export const clock: SourceDefinition = {
  name: 'clock',
  summary:
    'Whether the clock is synchronised and how far off it may be, as the kernel says, its clock source, and when a time service last was sure.',
  kind: 'metric',
  enabledByDefault: true,
  paths: [path],
  reads: [folder, ...services.map(([, file]) => file)],
  fields,
  formats: [{ dataset, kind: 'metric', matches: (candidate) => candidate === path, fields: factParser(fields) }],
  create: collectClock,
}

function collectClock(): Collect {
  let loading: ReturnType<typeof loadKernelClock> | undefined
  return async function* ({ root, now }) {
    const about = { path, dataset, kind: 'metric', at: now() } as const
    try {
      // of another root, this kernel's clock says nothing
      if (root.base === '/') loading ??= loadKernelClock()
      const kernel = (await loading)?.()
      const facts = { ...(kernel && kernelFacts(kernel)), ...sourceFacts(root), ...(await serviceFacts(root)) }
      if (Object.keys(facts).length === 0) throw new NoDataError('nothing tells how the clock is kept')
      yield { ...about, content: factLines(facts), fields: facts }
    } catch (error) {
      yield failedObservation(about, error)
    }
  }
}

function kernelFacts(kernel: KernelClock): Fields {
  return {
    'clock.synchronized': kernel.isSynchronized,
    'clock.offset_ms': kernel.offsetMs,
    'clock.max_error_ms': kernel.maxErrorMs,
    'clock.estimated_error_ms': kernel.estimatedErrorMs,
    'clock.frequency_ppm': Math.round(kernel.frequencyPpm * 1000) / 1000,
    ...(kernel.leap && { 'clock.leap': kernel.leap }),
  }
}

function sourceFacts(root: Root): Fields {
  const source = deviceValue(root, `${folder}/current_clocksource`)
  const [first, ...more] = deviceValue(root, `${folder}/available_clocksource`)?.split(/\s+/).filter(Boolean) ?? []
  return {
    ...(source && { 'clock.source': source }),
    ...(first !== undefined && { 'clock.available': more.length > 0 ? [first, ...more] : first }),
  }
}

async function serviceFacts(root: Root): Promise<Fields> {
  let newest: { service: string; at: number } | undefined
  for (const [service, file] of services) {
    const stat = await root.resolve(file).then(
      (resolved) => resolved.stat,
      () => undefined,
    )
    const at = stat ? Number(stat.mtimeMs) : 0
    if (at > (newest?.at ?? 0)) newest = { service, at }
  }
  return newest ? { 'clock.service': newest.service, 'clock.service_updated': new Date(newest.at).toISOString() } : {}
}
