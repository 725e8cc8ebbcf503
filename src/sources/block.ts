// What disks there are and how the kernel treats them.
import type { Root } from '../host/root.ts'
import { deviceFactLines, parseDeviceFacts } from '../parsers/device-facts.ts'
import { diskKeys, isDisk } from '../parsers/disk-names.ts'
import { parseInteger } from '../parsers/integer.ts'
import { deviceNames, deviceValue } from './device-files.ts'
import { kernelTable } from './kernel-table.ts'

const folder = '/sys/block'

export const block = kernelTable({
  name: 'block',
  path: folder,
  summary: 'Size, model, scheduler, queue depth and kind of the first 16 disks, from /sys/block.',
  kind: 'state',
  fields: [
    {
      name: 'block.*',
      type: 'keyword',
      summary:
        'Of a disk, as `block.sda.scheduler`: `size` in bytes, `model`, `rotational` and `read_only` (true or false), ' +
        '`scheduler`, `nr_requests` (queue depth), `logical_block_size`, `physical_block_size`, `read_ahead_kb`, ' +
        '`max_sectors_kb`, `write_cache`.',
    },
  ],
  read: ({ root }) => readDisks(root),
  parse: (text) => parseDeviceFacts('block', text),
})

function readDisks(root: Root): string {
  const names = deviceNames(root, folder).filter(isDisk)
  const keys = diskKeys(names)
  return names
    .filter((name) => keys.get(name) !== 'other')
    .map((name) => deviceFactLines(name, factsOf(root, `${folder}/${name}`)))
    .join('')
}

const queueFacts = [
  'nr_requests',
  'logical_block_size',
  'physical_block_size',
  'read_ahead_kb',
  'max_sectors_kb',
  'write_cache',
] as const

function factsOf(root: Root, device: string) {
  const value = (name: string) => deviceValue(root, `${device}/${name}`)
  const sectors = parseInteger(value('size'))
  const scheduler = value('queue/scheduler')
  return {
    // of 512 bytes on every disk
    size: sectors === undefined ? undefined : sectors * 512,
    model: value('device/model'),
    rotational: truth(value('queue/rotational')),
    read_only: truth(value('ro')),
    // `noop [deadline] cfq`
    scheduler: /\[([\w-]+)\]/.exec(scheduler ?? '')?.[1] ?? scheduler,
    ...Object.fromEntries(queueFacts.map((name) => [name, value(`queue/${name}`)])),
  }
}

function truth(digit: string | undefined): boolean | undefined {
  return digit === '0' || digit === '1' ? digit === '1' : undefined
}
