// The registry: a line a command. Commands load when they are run.
import type { CommandDefinition } from './command.ts'

export interface CommandEntry {
  name: string
  /** One sentence. */
  summary: string
  group: 'Ask' | 'Collect' | 'Keep'
  load(): Promise<CommandDefinition>
}

export const commands: readonly CommandEntry[] = [
  {
    name: 'search',
    group: 'Ask',
    summary: 'Find documents and show the lines that match.',
    load: async () => (await import('./search.ts')).search,
  },
  {
    name: 'hosts',
    group: 'Ask',
    summary: 'Find hosts: those that have something, those that do not, those that are silent.',
    load: async () => (await import('./hosts.ts')).hosts,
  },
  {
    name: 'values',
    group: 'Ask',
    summary: 'Show which values a field has, and on how many hosts.',
    load: async () => (await import('./values.ts')).values,
  },
  {
    name: 'fields',
    group: 'Ask',
    summary: 'List the fields that can be asked for.',
    load: async () => (await import('./fields.ts')).fields,
  },
  {
    name: 'show',
    group: 'Ask',
    summary: 'Print what one source of a host says, now or at an earlier time.',
    load: async () => (await import('./show.ts')).show,
  },
  {
    name: 'history',
    group: 'Ask',
    summary: 'List the versions of a source and what each changed, or a field of it over time.',
    load: async () => (await import('./history.ts')).history,
  },
  {
    name: 'diff',
    group: 'Ask',
    summary: 'Show how a source differs between two times, two hosts or two paths.',
    load: async () => (await import('./diff.ts')).diff,
  },
  {
    name: 'blame',
    group: 'Ask',
    summary: 'Show since when each line or key of a source has been there.',
    load: async () => (await import('./blame.ts')).blame,
  },
  {
    name: 'compare',
    group: 'Ask',
    summary: 'Show sources of a host at several times side by side, the biggest moves first.',
    load: async () => (await import('./compare.ts')).compare,
  },
  {
    name: 'around',
    group: 'Ask',
    summary: 'Show what happened on a host around a time: what changed, failed and moved.',
    load: async () => (await import('./around.ts')).around,
  },
  {
    name: 'drift',
    group: 'Ask',
    summary: 'Find the hosts that differ from the others, or from their own configuration.',
    load: async () => (await import('./drift.ts')).drift,
  },
  {
    name: 'assert',
    group: 'Ask',
    summary: 'Check that a rule, or a file of rules, holds on all hosts or on none, for people and for CI.',
    load: async () => (await import('./assert.ts')).assert,
  },
  {
    name: 'log',
    group: 'Ask',
    summary: 'List what changed on the fleet, newest first, the same change on many hosts as one row.',
    load: async () => (await import('./log.ts')).log,
  },
  {
    name: 'when',
    group: 'Ask',
    summary: 'Tell since when something is true of each host, and until when it was.',
    load: async () => (await import('./when.ts')).when,
  },
  {
    name: 'grow',
    group: 'Ask',
    summary: 'Rank the processes and hosts whose numbers grow, such as memory that leaks.',
    load: async () => (await import('./grow.ts')).grow,
  },
  {
    name: 'sockets',
    group: 'Ask',
    summary: 'Show who listens on a host and how full the queues are, live or as stored.',
    load: async () => (await import('./sockets.ts')).sockets,
  },
  {
    name: 'memcached',
    group: 'Ask',
    summary: 'Show what a memcached server is asked for and stores, live, and which keys come up most.',
    load: async () => (await import('./memcached.ts')).memcached,
  },
  {
    name: 'explore',
    group: 'Ask',
    summary: 'Look at the store in a browser.',
    load: async () => (await import('./explore.ts')).explore,
  },
  {
    name: 'start',
    group: 'Collect',
    summary: 'Take the first snapshot of this host, show what can be asked, and go on as the agent.',
    load: async () => (await import('./start.ts')).start,
  },
  {
    name: 'agent',
    group: 'Collect',
    summary: 'Take snapshots of this host for ever.',
    load: async () => (await import('./agent.ts')).agent,
  },
  {
    name: 'index',
    group: 'Collect',
    summary: 'Take a snapshot of this host now, and report.',
    load: async () => (await import('./index-command.ts')).index,
  },
  {
    name: 'burst',
    group: 'Collect',
    summary: 'Take sources of this host many times a second, for a while.',
    load: async () => (await import('./burst.ts')).burst,
  },
  {
    name: 'check',
    group: 'Collect',
    summary: 'Check the configuration and say what would be indexed.',
    load: async () => (await import('./check.ts')).check,
  },
  {
    name: 'export',
    group: 'Keep',
    summary: 'Write whole documents, one JSON object a line.',
    load: async () => (await import('./export.ts')).exportDocuments,
  },
  {
    name: 'import',
    group: 'Keep',
    summary: 'Store documents from other hosts, one JSON object a line.',
    load: async () => (await import('./import.ts')).importDocuments,
  },
  {
    name: 'setup',
    group: 'Keep',
    summary: 'Prepare Elasticsearch for mitra, and create roles and keys.',
    load: async () => (await import('./setup.ts')).setup,
  },
  {
    name: 'prune',
    group: 'Keep',
    summary: 'Remove what is older than is to be kept.',
    load: async () => (await import('./prune.ts')).prune,
  },
  {
    name: 'doctor',
    group: 'Keep',
    summary: 'Look at store, hosts and delivery and say what is wrong and what to do.',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'completion',
    group: 'Keep',
    summary: 'Print the completion script of a shell.',
    load: async () => (await import('./completion.ts')).completion,
  },
]
