// Memory by NUMA node, and how much was taken from another node than wanted.
import { NoDataError } from '../errors.ts'
import type { Root } from '../host/root.ts'
import { isNumaEvent, numaEvents, parseNuma } from '../parsers/numa.ts'
import { endingIn } from './counter-names.ts'
import { deviceNames, deviceValue } from './device-files.ts'
import { kernelTable } from './kernel-table.ts'
import { countersOf, rateFields } from './rates.ts'

const folder = '/sys/devices/system/node'

export const numa = kernelTable({
  name: 'numa',
  path: folder,
  summary:
    'Memory of each NUMA node and pages taken from the wrong one, of hosts with several, from /sys/devices/system/node.',
  fields: [
    {
      name: 'numa.*',
      type: 'long',
      unit: 'count',
      counter: endingIn(numaEvents),
      summary:
        'Of a node, as `numa.node0.MemFree`: `MemTotal`, `MemFree`, `MemUsed`, `FilePages`, `AnonPages`, `Dirty`, `Slab` in ' +
        'bytes, `HugePages_Total` and `HugePages_Free`; pages since boot `numa_hit`, `numa_miss`, `numa_foreign`, `local_node`, ' +
        '`other_node`. Of the first 16 nodes.',
    },
    {
      name: 'numa_rate.*',
      type: 'double',
      unit: 'per_second',
      summary: 'How fast the pages since boot went up since the pass before, as `numa_rate.node0.numa_miss`.',
    },
  ],
  read: ({ root }) => readNodes(root),
  parse: parseNuma,
  rates: {
    counters: (_, found) => countersOf('numa.', found, isNumaEvent),
    fields: (rates) => rateFields('numa_rate.', rates),
  },
})

function readNodes(root: Root): string {
  const nodes = deviceNames(root, folder).filter((name) => /^node\d{1,4}$/.test(name))
  if (nodes.length < 2) throw new NoDataError('one NUMA node: /proc/meminfo says all of it')
  nodes.sort((one, other) => Number(one.slice(4)) - Number(other.slice(4)))
  return nodes.map((node) => nodeLines(root, node)).join('')
}

function nodeLines(root: Root, node: string): string {
  const value = (name: string) => deviceValue(root, `${folder}/${node}/${name}`) ?? ''
  const stat = value('numastat').replace(/^(?=.)/gm, `Node ${node.slice(4)} `)
  return [value('meminfo'), stat].map((text) => (text === '' ? '' : `${text}\n`)).join('')
}
