// Huge pages set aside, and how many of them are free: of the host and of its NUMA nodes.
import { NoDataError } from '../errors.ts'
import type { Root } from '../host/root.ts'
import { parseHugepages } from '../parsers/hugepages.ts'
import { deviceNames, deviceValue } from './device-files.ts'
import { kernelTable } from './kernel-table.ts'

const folder = '/sys/kernel/mm/hugepages'
const nodesFolder = '/sys/devices/system/node'
const names = ['nr', 'free', 'resv', 'surplus']

export const hugepages = kernelTable({
  name: 'hugepages',
  path: folder,
  summary:
    'Huge pages set aside and free by size, also by NUMA node where there are several, from /sys/kernel/mm/hugepages.',
  kind: 'state',
  fields: [
    {
      name: 'hugepages.*',
      type: 'long',
      unit: 'count',
      summary:
        'Pages of a size that were set aside (`nr`), are `free`, are promised to programs (`resv`) or came on top (`surplus`), ' +
        'as `hugepages.2048kB.free` and `hugepages.node0.2048kB.free`.',
    },
  ],
  read: ({ root }) => poolLines(root, folder, '') + nodeLines(root),
  parse: parseHugepages,
})

function poolLines(root: Root, place: string, prefix: string): string {
  const lines: string[] = []
  for (const pool of deviceNames(root, place)) {
    const size = /^hugepages-(\d{1,9}kB)$/.exec(pool)?.[1]
    if (size === undefined) continue
    for (const name of names) {
      const value = deviceValue(root, `${place}/${pool}/${name}_hugepages`)
      if (value !== undefined) lines.push(`${prefix}${size} ${name} ${value}\n`)
    }
  }
  return lines.join('')
}

/** One node has what the host has. */
function nodeLines(root: Root): string {
  const nodes = namesIn(root, nodesFolder).filter((name) => /^node\d+$/.test(name))
  if (nodes.length < 2) return ''
  const pools = nodes.map((node) => [node, `${nodesFolder}/${node}/hugepages`] as const)
  return pools
    .map(([node, place]) => (namesIn(root, place).length > 0 ? poolLines(root, place, `${node}.`) : ''))
    .join('')
}

function namesIn(root: Root, place: string): string[] {
  try {
    return deviceNames(root, place)
  } catch (error) {
    if (error instanceof NoDataError) return []
    throw error
  }
}
