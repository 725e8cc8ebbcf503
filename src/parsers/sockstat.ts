// /proc/net/sockstat and /proc/net/sockstat6: net/ipv4/proc.c, net/ipv6/proc.c. `TCP: inuse 5 orphan 0 tw 2 alloc 9 mem 3`.
import type { Fields } from '../snapshot/document.ts'
import { parseInteger } from './integer.ts'

const mostLines = 100

/** Figures by protocol and name, as `sockstat.TCP.inuse`. */
export function parseSockstat(text: string): Fields {
  const figures: Fields = {}
  for (const line of text.split('\n', mostLines)) {
    const [, protocol, rest] = /^(\w{1,20}):\s+(.{1,500})$/.exec(line.trimEnd()) ?? []
    if (rest === undefined) continue
    for (const [, name, digits] of rest.matchAll(/(\w+) (-?\d+)/g)) {
      const value = parseInteger(digits)
      if (value !== undefined) figures[`sockstat.${protocol}.${name}`] = value
    }
  }
  return figures
}
