// How many TCP connections are in which state: `mitra sockets --states`.
import type { Fields } from '../snapshot/document.ts'
import type { Column } from './listing.ts'

export interface StateRow {
  state: string
  ipv4: number | undefined
  ipv6: number | undefined
  all: number
}

const prefix = 'socket.tcp.'

/** A row for each state, in the kernel's order; none where states were not counted. */
export function stateRows(totals: Fields): StateRow[] {
  const number = (name: string) => {
    const value = totals[name]
    return typeof value === 'number' ? value : undefined
  }
  return Object.keys(totals)
    .filter((name) => name.startsWith(prefix))
    .map((name) => {
      const state = name.slice(prefix.length)
      return {
        state,
        ipv4: number(`socket.tcp4.${state}`),
        ipv6: number(`socket.tcp6.${state}`),
        all: number(name) ?? 0,
      }
    })
}

export const stateColumns: readonly Column<StateRow>[] = [
  { name: 'state', kind: 'text', value: (row) => row.state, style: 'bold' },
  { name: 'ipv4', kind: 'number', value: (row) => row.ipv4 },
  { name: 'ipv6', kind: 'number', value: (row) => row.ipv6 },
  { name: 'all', kind: 'number', value: (row) => row.all },
]
