// What can be mounted.
import { parseFilesystems } from '../parsers/filesystems.ts'
import { kernelTable } from './kernel-table.ts'

export const filesystems = kernelTable({
  name: 'filesystems',
  path: '/proc/filesystems',
  summary: 'Kinds of file systems the running kernel knows, from /proc/filesystems.',
  kind: 'state',
  fields: [
    {
      name: 'filesystem.type',
      type: 'keyword',
      summary: 'Kinds of file systems, as ext4; more come as modules are loaded.',
    },
  ],
  parse: parseFilesystems,
})
