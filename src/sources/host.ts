// The host itself. Its document goes out every pass, so that "alive" never depends on anything changing.

import { reasonOf } from '../host/system-error.ts'
import type { Fields } from '../snapshot/document.ts'
import type { Field } from '../snapshot/field.ts'
import { factLines, factParser } from './fact-lines.ts'
import { addressFacts, cpuReader, identityFacts, kernelFacts } from './host-facts.ts'
import type { AgentFigures, Collect, SourceDefinition } from './source.ts'

const path = 'host'
const dataset = 'mitra.host'

const fields: readonly Field[] = [
  { name: 'host.id', type: 'keyword', summary: 'The machine id of the host, from its /etc/machine-id.' },
  { name: 'host.ip', type: 'ip', summary: 'Addresses of the host without its loopback, IPv4 and IPv6.' },
  { name: 'host.mac', type: 'keyword', summary: 'Hardware addresses of the host, as `00-00-5E-00-53-23`.' },
  { name: 'host.os.id', type: 'keyword', summary: 'Short name of the distribution, as debian or centos.' },
  { name: 'host.os.name', type: 'keyword', summary: 'Name of the distribution, as Debian GNU/Linux.' },
  { name: 'host.os.version', type: 'keyword', summary: 'Version of the distribution; rolling ones have none.' },
  { name: 'host.os.kernel', type: 'keyword', summary: 'Release of the running kernel, as `uname -r` gives it.' },
  { name: 'host.architecture', type: 'keyword', summary: 'Machine of the kernel, as `uname -m` gives it.' },
  { name: 'host.boot.id', type: 'keyword', summary: 'Another one after each boot.' },
  { name: 'host.uptime', type: 'double', unit: 's', counter: true, summary: 'Time since the boot.' },
  { name: 'host.cpu.count', type: 'long', unit: 'count', summary: 'Processors online.' },
  { name: 'host.cpu.model', type: 'keyword', summary: 'What the first processor calls itself.' },
  { name: 'host.memory.total', type: 'long', unit: 'bytes', summary: 'Memory the kernel can use.' },
  { name: 'agent.version', type: 'keyword', summary: 'Version of the mitra that made the document.' },
  { name: 'agent.cycle_ms', type: 'double', unit: 'ms', summary: 'How long the last cycle took.' },
  { name: 'agent.cpu_ms', type: 'double', unit: 'ms', summary: 'Processor time the last cycle took.' },
  { name: 'agent.rss_bytes', type: 'long', unit: 'bytes', summary: 'Resident memory of the agent.' },
  {
    name: 'agent.errors_total',
    type: 'long',
    unit: 'count',
    counter: true,
    summary: 'Failures since the agent started.',
  },
  {
    name: 'agent.documents_total',
    type: 'long',
    unit: 'count',
    counter: true,
    summary: 'Documents made since the agent started.',
  },
  { name: 'agent.outbox.documents', type: 'long', unit: 'count', summary: 'Documents waiting for the store.' },
  { name: 'agent.outbox.bytes', type: 'long', unit: 'bytes', summary: 'What they take of the outbox.' },
  { name: 'agent.outbox.age_s', type: 'double', unit: 's', summary: 'How long the oldest of them has waited.' },
  {
    name: 'agent.outbox.dropped_total',
    type: 'long',
    unit: 'count',
    counter: true,
    summary: 'Documents that a full outbox has dropped since it was made.',
  },
  {
    name: 'agent.outbox.rejected_total',
    type: 'long',
    unit: 'count',
    counter: true,
    summary: 'Documents that the store has rejected since the outbox was made.',
  },
  { name: 'agent.burst.rule', type: 'keyword', summary: 'The rule of the last burst the agent took.' },
  { name: 'agent.burst.began', type: 'date', summary: 'When the last burst began.' },
  { name: 'agent.burst.total', type: 'long', unit: 'count', counter: true, summary: 'Bursts since the agent started.' },
  {
    name: 'agent.burst.documents_total',
    type: 'long',
    unit: 'count',
    counter: true,
    summary: 'Documents of bursts since the agent started.',
  },
  {
    name: 'agent.burst.bytes_total',
    type: 'long',
    unit: 'bytes',
    counter: true,
    summary: 'Size of the documents of bursts since the agent started.',
  },
  {
    name: 'agent.burst.refused_total',
    type: 'long',
    unit: 'count',
    counter: true,
    summary: 'Bursts not taken because those of the day had reached their size.',
  },
]

export const host: SourceDefinition = {
  name: 'host',
  summary: 'The host: its system, kernel, addresses, processors and memory, and the agent’s own figures.',
  kind: 'metric',
  enabledByDefault: true,
  paths: [path],
  fields,
  formats: [{ dataset, kind: 'metric', matches: (candidate) => candidate === path, fields: factParser(fields) }],
  create: collectHost,
}

function collectHost(): Collect {
  const readCpus = cpuReader()
  return async function* (pass) {
    const { root, signal } = pass
    const at = pass.now()
    const facts: Fields = {}
    const failures: string[] = []
    const readers = [
      () => identityFacts(root, { signal }),
      () => kernelFacts(root, { signal }),
      () => readCpus(root),
      () => addressFacts(root),
      () => agentFacts(pass.agent),
    ]
    for (const read of readers) {
      try {
        Object.assign(facts, await read())
      } catch (error) {
        if (signal.aborted) return
        failures.push(reasonOf(error))
      }
    }
    const failure: Fields = failures.length > 0 ? { 'error.message': failures.join('; ') } : {}
    yield { path, dataset, kind: 'metric', at, content: factLines(facts), fields: { ...facts, ...failure } }
  }
}

function agentFacts(agent: AgentFigures | undefined): Fields {
  const { outbox, burst, ...own } = agent ?? {}
  return {
    ...prefixed('agent.', own),
    ...prefixed('agent.outbox.', outbox),
    ...prefixed('agent.burst.', burst),
  }
}

function prefixed(prefix: string, figures: object | undefined): Fields {
  return Object.fromEntries(Object.entries(figures ?? {}).map(([name, value]) => [`${prefix}${name}`, value]))
}
