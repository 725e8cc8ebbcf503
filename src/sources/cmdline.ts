// What the kernel was started with.
import { parseCmdline } from '../parsers/cmdline.ts'
import { kernelTable } from './kernel-table.ts'

export const cmdline = kernelTable({
  name: 'cmdline',
  path: '/proc/cmdline',
  summary: 'The parameters the kernel was started with, from /proc/cmdline.',
  kind: 'state',
  fields: [
    {
      name: 'cmdline.parameter',
      type: 'keyword',
      summary: 'Parameters of the kernel, each as it stands, as `mitigations=off`.',
    },
  ],
  parse: parseCmdline,
})
