// Everything a run of the agent can be told. The configuration is mapped onto this; nothing here is optional by accident.
import type { CommandEntry } from '../sources/command.ts'
import type { ParsedEntry } from '../sources/config-formats.ts'
import type { FileEntry } from '../sources/files.ts'

/** How often a source is read: every so many seconds (at the host's own offset), or at the minutes of a cron expression. */
export type Frequency = { seconds: number } | { cron: string }

/** A source of the registry that is switched on. */
export interface SourceEntry {
  name: string
  /** The agent's own when absent. */
  frequency?: Frequency | undefined
  /** What the configuration tells this source alone. */
  options?: Readonly<Record<string, unknown>> | undefined
}

export interface AgentSettings {
  /** Name of the host when it is not to be the one the host has itself. */
  host?: string | undefined
  /** The host's file tree: `/`, or a folder that holds another host's. */
  root: string
  /** Become `labels.*` of every document. */
  labels: Readonly<Record<string, string>>
  /** Of every source that has none of its own. */
  frequency: Frequency
  /** Sources of the registry that are read, by name. */
  sources: readonly SourceEntry[]
  files: readonly (FileEntry & { frequency?: Frequency | undefined })[]
  /** How files become fields, beside the known ones. */
  formats: readonly ParsedEntry[]
  commands: readonly (CommandEntry & { frequency?: Frequency | undefined })[]
  /** Bytes a file may have to be stored; -1 for no limit but that of memory. */
  maxBytes: number
  /** Notice changes of files between two cycles. */
  watch: boolean
}
