// The fields of processes.
import type { Field } from '../snapshot/field.ts'

export const processFields: readonly Field[] = [
  { name: 'process.name', type: 'keyword', summary: 'What the process calls itself.' },
  { name: 'process.pid', type: 'long', summary: 'Its number, which another process may have later.' },
  {
    name: 'process.entity_id',
    type: 'keyword',
    summary: 'Who it is: number, start in clock ticks and boot; another process has another one, whatever its number.',
  },
  {
    name: 'process.parent.pid',
    type: 'long',
    summary: 'Number of the process that started it, or looks after it now.',
  },
  { name: 'process.start', type: 'date', summary: 'When it started.' },
  {
    name: 'process.user.name',
    type: 'keyword',
    summary: 'Whose it is, by the host’s own passwd file, else the number.',
  },
  {
    name: 'process.command_line',
    type: 'keyword',
    summary:
      'Program, option names and paths; other arguments are `…`, since they may hold secrets, unless `sources.processes.arguments` is true.',
  },
  { name: 'process.cgroup', type: 'keyword', summary: 'Control group, which names its service or container.' },
  { name: 'process.threads', type: 'long', unit: 'count', summary: 'Its threads.' },
  {
    name: 'process.fds',
    type: 'long',
    unit: 'count',
    summary: 'Files, sockets and the like it has open; 65,536 are counted.',
  },
  {
    name: 'process.fds_max',
    type: 'long',
    unit: 'count',
    summary: 'How many it may have open: the soft limit, which the kernel enforces.',
  },
  { name: 'process.fds_pct', type: 'double', unit: 'percent', summary: 'How near it is to that limit.' },
  { name: 'process.memory.rss', type: 'long', unit: 'bytes', summary: 'Resident memory, shared pages included.' },
  { name: 'process.memory.peak', type: 'long', unit: 'bytes', summary: 'The most it was resident so far.' },
  { name: 'process.memory.virtual', type: 'long', unit: 'bytes', summary: 'Address space.' },
  { name: 'process.memory.swap', type: 'long', unit: 'bytes', summary: 'What of it is swapped out.' },
  {
    name: 'process.memory.anonymous',
    type: 'long',
    unit: 'bytes',
    summary: 'Resident memory that is of no file: heap, stacks and the like.',
  },
  {
    name: 'process.memory.pss',
    type: 'long',
    unit: 'bytes',
    summary: 'Resident memory, each shared page divided by those that share it.',
  },
  { name: 'process.memory.uss', type: 'long', unit: 'bytes', summary: 'Resident memory of this process alone.' },
  { name: 'process.memory.heap', type: 'long', unit: 'bytes', summary: 'Resident memory of all its [heap] mappings.' },
  {
    name: 'process.heap.*',
    type: 'long',
    unit: 'bytes',
    summary: 'Resident memory of each [heap] mapping in order of address, as `process.heap.2`, up to 16 of them.',
  },
  {
    name: 'process.memory.source',
    type: 'keyword',
    summary: 'What its figures are of: status alone where smaps may not be read, else smaps or smaps_rollup beside it.',
  },
  {
    name: 'process.smaps.duration_ms',
    type: 'double',
    unit: 'ms',
    summary:
      'How long reading its smaps took; it is read again after 20,000 times as long, 1,000 times where the configuration names the process.',
  },
  {
    name: 'process.smaps.age_s',
    type: 'double',
    unit: 's',
    summary: 'How old the figures of its smaps are: pss, uss, heap and, before Linux 4.5, anonymous.',
  },
  { name: 'processes.count', type: 'long', unit: 'count', summary: 'Processes of the host without kernel threads.' },
  { name: 'processes.watched', type: 'long', unit: 'count', summary: 'Those that have a document.' },
  {
    name: 'processes.without_smaps',
    type: 'long',
    unit: 'count',
    summary: 'Those of them whose smaps could not be read: of other users, without the right to it.',
  },
  { name: 'processes.duration_ms', type: 'double', unit: 'ms', summary: 'How long looking at all processes took.' },
]
