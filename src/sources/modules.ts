// What is loaded into the kernel.
import { parseModules, stableModules } from '../parsers/modules.ts'
import { kernelTable } from './kernel-table.ts'

const path = '/proc/modules'

export const modules = kernelTable({
  name: 'modules',
  path,
  summary: 'Modules loaded into the kernel with their size, without their users of the moment, from /proc/modules.',
  kind: 'state',
  fields: [
    { name: 'module.name', type: 'keyword', summary: 'Names of the loaded modules.' },
    { name: 'module.count', type: 'long', unit: 'count', summary: 'How many modules are loaded.' },
    {
      name: 'module.tainting',
      type: 'keyword',
      summary: 'Those that taint the kernel: proprietary, built outside its source, unsigned, or forced.',
    },
  ],
  read: ({ root }) => stableModules(root.readKernelText(path)),
  parse: parseModules,
})
