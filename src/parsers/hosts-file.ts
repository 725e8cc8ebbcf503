// Names of addresses: hosts(5). A line is an address and its names.
import { append, type ConfigValues, tellingLines } from './config-values.ts'

/** `address`, `name`, and the pairs of both as `entry`: `10.0.0.1 web1`. */
export function parseHosts(text: string): ConfigValues {
  const values: ConfigValues = new Map()
  for (const line of tellingLines(text)) {
    const [said = ''] = line.split('#', 1)
    const [address = '', ...names] = said.trim().split(/\s+/)
    if (names.length === 0) continue
    append(values, 'address', address)
    for (const name of names) append(values, 'name', name)
    for (const name of names) append(values, 'entry', `${address} ${name}`)
  }
  return values
}
