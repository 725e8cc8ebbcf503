// How the network interfaces are set: speed, duplex, MTU, driver, queues.
import type { Root } from '../host/root.ts'
import { deviceFactLines, parseDeviceFacts } from '../parsers/device-facts.ts'
import { interfaceKeys } from '../parsers/interface-names.ts'
import { deviceNames, deviceValue } from './device-files.ts'
import { kernelTable } from './kernel-table.ts'

const folder = '/sys/class/net'

export const interfaces = kernelTable({
  name: 'interfaces',
  path: folder,
  summary: 'Speed, duplex, MTU, state, driver and queues of the lasting network interfaces, from /sys/class/net.',
  kind: 'state',
  fields: [
    {
      name: 'interface.*',
      type: 'keyword',
      summary:
        'Of an interface, as `interface.eth0.mtu`: `state` (up, down), `mtu`, `speed` in megabits a second, `duplex`, `driver`, ' +
        '`rx_queues`, `tx_queues`, `tx_queue_len`, and `numa_node` on machines of several. Rings and offloads are told by no ' +
        'file: a command under `indexer.commands` (ethtool) can.',
    },
  ],
  read: ({ root }) => readInterfaces(root),
  parse: (text) => parseDeviceFacts('interface', text),
})

function readInterfaces(root: Root): string {
  const names = deviceNames(root, folder)
  const keys = interfaceKeys(names)
  return names
    .filter((name) => keys.get(name) === name)
    .map((name) => deviceFactLines(name, factsOf(root, `${folder}/${name}`)))
    .join('')
}

function factsOf(root: Root, device: string) {
  const value = (name: string) => deviceValue(root, `${device}/${name}`)
  return {
    state: value('operstate'),
    mtu: value('mtu'),
    // -1 of a virtual card, which has none
    speed: /^\d+$/.exec(value('speed') ?? '')?.[0],
    duplex: value('duplex'),
    driver: /^DRIVER=(.*)$/m.exec(value('device/uevent') ?? '')?.[1],
    numa_node: /^\d+$/.exec(value('device/numa_node') ?? '')?.[0],
    tx_queue_len: value('tx_queue_len'),
    ...queuesOf(root, device),
  }
}

function queuesOf(root: Root, device: string): { rx_queues?: number; tx_queues?: number } {
  let names: string[]
  try {
    names = deviceNames(root, `${device}/queues`)
  } catch {
    return {}
  }
  const count = (prefix: string) => names.filter((name) => name.startsWith(prefix)).length
  return { rx_queues: count('rx-'), tx_queues: count('tx-') }
}
