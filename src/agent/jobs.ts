// From settings to jobs: which readers there are and how often each is run.

import { createCommandCollector } from '../sources/command.ts'
import { createFilesCollector, type FilesCollector } from '../sources/files.ts'
import { formatOf, sources } from '../sources/index.ts'
import type { Format, SourceDefinition } from '../sources/source.ts'
import type { Job } from './cycle.ts'
import type { AgentSettings, Frequency } from './settings.ts'
import { Turns } from './turns.ts'

export interface Jobs {
  /** In the order they are run; the host document last, so that it tells of the others. */
  jobs: Job[]
  files: { job: Job; collector: FilesCollector }[]
}

/**
 * `known` are paths of files the store has as existing: what is gone of them becomes a tombstone. `formats` are those of the
 * configuration.
 */
export function createJobs(settings: AgentSettings, known: readonly string[], formats: readonly Format[] = []): Jobs {
  const enabled = new Map(settings.sources.map((source) => [source.name, source]))
  const fromSources = sources
    .filter(({ name }) => enabled.has(name))
    .map((definition) => sourceJob(definition, settings, known))
  const takenPaths = new Set([
    ...sources.filter(({ name }) => enabled.has(name)).flatMap(({ paths }) => paths),
    ...settings.commands.map(({ path }) => path),
  ])
  const understood = (path: string) => formatOf(path, formats)
  const files = filesJobs(settings, known, takenPaths, understood)
  const isHost = ({ name }: Job) => name === 'host'
  return {
    jobs: [
      ...fromSources.filter((job) => !isHost(job)),
      ...files.map(({ job }) => job),
      ...commandJobs(settings),
      ...fromSources.filter(isHost),
    ],
    files,
  }
}

/** Sources of the registry by their names, enabled or not, with readers that nothing else has. */
export function sourceJobs(settings: AgentSettings, names: readonly string[]): Job[] {
  return sources.filter(({ name }) => names.includes(name)).map((definition) => sourceJob(definition, settings, []))
}

function sourceJob(definition: SourceDefinition, settings: AgentSettings, known: readonly string[]): Job {
  const entry = settings.sources.find(({ name }) => name === definition.name)
  const [path = definition.name] = definition.paths
  return {
    name: definition.name,
    path,
    dataset: `mitra.${definition.name}`,
    frequency: entry?.frequency ?? settings.frequency,
    collect: definition.create(entry?.options, known),
    isRequired: () => false,
  }
}

/** Datasets the files source stores documents under: its own, and those of the formats it knows. */
export function fileDatasets(): string[] {
  return [...new Set(['mitra.file', ...sources.flatMap(({ formats }) => formats.map(({ dataset }) => dataset))])]
}

/** One collector for each frequency. A path that a source reads anyway (/proc/meminfo in an old configuration) is left to it. */
function filesJobs(
  settings: AgentSettings,
  known: readonly string[],
  takenPaths: ReadonlySet<string>,
  understood: (path: string) => Format | undefined,
): Jobs['files'] {
  const byFrequency = new Map<string, { frequency: Frequency; entries: AgentSettings['files'][number][] }>()
  for (const entry of settings.files) {
    if (takenPaths.has(entry.path)) continue
    const frequency = entry.frequency ?? settings.frequency
    const key = JSON.stringify(frequency)
    const group = byFrequency.get(key) ?? { frequency, entries: [] }
    group.entries.push(entry)
    byFrequency.set(key, group)
  }
  const turns = new Turns()
  return [...byFrequency.values()].map(({ frequency, entries }) => {
    const collector = createFilesCollector({
      entries,
      maxBytes: settings.maxBytes,
      formatOf: understood,
      known: new Set(known),
      excluded: takenPaths,
    })
    const required = new Set(entries.filter((entry) => entry.required).map(({ path }) => path))
    const job: Job = {
      name: 'files',
      path: entries[0]?.path ?? 'files',
      dataset: 'mitra.file',
      frequency,
      collect: collector.collect,
      isRequired: (path) => required.has(path),
      turns,
    }
    return { job, collector }
  })
}

function commandJobs(settings: AgentSettings): Job[] {
  return settings.commands.map((command) => ({
    name: 'command',
    path: command.path,
    dataset: 'mitra.command',
    frequency: command.frequency ?? settings.frequency,
    collect: createCommandCollector(command, formatOf),
    isRequired: () => true,
  }))
}
