// What the network interfaces carry and drop.
import { parseNetDev, readNetDev, sumByKey } from '../parsers/net-dev.ts'
import type { Fields } from '../snapshot/document.ts'
import { kernelTable } from './kernel-table.ts'
import { readNetTable } from './net-table.ts'
import { type Counters, type Rates, sixFigures } from './rates.ts'

export const netdev = kernelTable({
  name: 'netdev',
  path: '/proc/net/dev',
  summary: 'Bytes, packets, errors and drops of each network interface with their rates, from /proc/net/dev.',
  fields: [
    {
      name: 'netdev.*',
      type: 'long',
      unit: 'count',
      counter: true,
      summary:
        'An interface’s `rx_bytes`, `rx_packets`, `rx_errors`, `rx_dropped` and the same of `tx_`, as `netdev.eth0.rx_bytes`. Of ' +
        'the first 16 lasting ones that carried anything; VLANs, those of containers and the like are added up as ' +
        '`netdev.vlan`, `netdev.veth` and so on, the cards of the machine as `netdev.total`.',
    },
    {
      name: 'netdev_rate.*',
      type: 'double',
      unit: 'per_second',
      summary: 'How fast each of them went up since the pass before, as `netdev_rate.total.rx_bytes`.',
    },
  ],
  read: ({ root }) => readNetTable(root, 'dev'),
  parse: parseNetDev,
  rates: { counters, fields },
})

/** Of single interfaces: one of a group that comes or goes must not look like traffic. */
function counters(text: string): Counters {
  const found = new Map<string, number>()
  for (const [name, figures] of readNetDev(text))
    for (const [figure, value] of figures) found.set(`${name} ${figure}`, value)
  return found
}

function fields(rates: Rates): Fields {
  const interfaces = new Map<string, Map<string, number>>()
  for (const [name, rate] of rates) {
    const [device = '', figure = ''] = name.split(' ')
    const figures = interfaces.get(device) ?? new Map<string, number>()
    interfaces.set(device, figures.set(figure, rate))
  }
  const found: Fields = {}
  for (const [name, rate] of sumByKey(interfaces)) found[`netdev_rate.${name}`] = sixFigures(rate)
  return found
}
