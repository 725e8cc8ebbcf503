// Who holds which value of what, and which value most hold: the arithmetic of drift, over any number of hosts, in one pass.
import type { FieldValue } from '../snapshot/document.ts'
import { compareScalars } from './scalar-order.ts'
import type { Holding, Split } from './store.ts'

export interface TallyOptions {
  /** Names kept of the hosts of one value. */
  names: number
  /** Whether to have none is a value too: a package not installed, unlike a setting another kernel does not know. */
  absence: boolean
}

interface Item {
  holdings: Map<string, Holding>
  hosts: number
  /** The first hosts known to lack it. */
  lacking: string[]
  /** Number of the last host that holds it. */
  last: number
}

interface Group {
  items: Map<string, Item>
  hosts: string[]
}

/** Hosts are told of one after the other, each with all it holds; of what a host is told to hold twice, the first counts. */
export class Tally {
  readonly #options: TallyOptions
  readonly #groups = new Map<string | undefined, Group>()

  constructor(options: TallyOptions) {
    this.#options = options
  }

  put(host: string, group: string | undefined, key: string, value: FieldValue): void {
    const { items, hosts } = this.#groupOf(group)
    const number = hosts.at(-1) === host ? hosts.length - 1 : hosts.push(host) - 1
    const item = itemOf(items, key)
    if (item.last === number) return
    if (this.#options.absence) noteLacking(item, hosts, number, this.#options.names)
    item.last = number
    item.hosts++
    const holding = holdingOf(item, value)
    holding.hosts++
    if (holding.names && holding.names.length < this.#options.names) holding.names.push(host)
  }

  /** Hosts that were counted elsewhere, each once. Without names nobody tells who all holds the value. */
  add(group: string | undefined, key: string, { value, hosts, names }: Holding): void {
    const { items } = this.#groupOf(group)
    const item = itemOf(items, key)
    item.hosts += hosts
    const holding = holdingOf(item, value)
    holding.hosts += hosts
    if (names && holding.names) holding.names = [...holding.names, ...names].sort().slice(0, this.#options.names)
    else delete holding.names
  }

  /** The hosts told of, group by group. */
  groups(): Iterable<readonly string[]> {
    return Array.from(this.#groups.values(), ({ hosts }) => hosts)
  }

  /** Every item of every group. */
  *splits(): Generator<Split> {
    for (const [group, { items, hosts }] of this.#groups)
      for (const [key, item] of items) {
        const holdings = [...item.holdings.values()]
        if (this.#options.absence && item.hosts < hosts.length) {
          noteLacking(item, hosts, hosts.length, this.#options.names)
          holdings.push({ value: undefined, hosts: hosts.length - item.hosts, names: item.lacking })
        }
        holdings.sort((one, other) => other.hosts - one.hosts || compareValues(one.value, other.value))
        const most = holdings[0]?.hosts
        const tied = holdings.filter((holding) => holding.hosts === most).length
        const of = this.#options.absence ? hosts.length : item.hosts
        yield { item: key, group, hosts: of, holdings, tied }
      }
  }

  #groupOf(name: string | undefined): Group {
    let group = this.#groups.get(name)
    if (!group) {
      group = { items: new Map(), hosts: [] }
      this.#groups.set(name, group)
    }
    return group
  }
}

function itemOf(items: Map<string, Item>, key: string): Item {
  let item = items.get(key)
  if (!item) {
    item = { holdings: new Map(), hosts: 0, lacking: [], last: -1 }
    items.set(key, item)
  }
  return item
}

function holdingOf({ holdings }: Item, value: FieldValue | undefined): Holding {
  const identity = identityOf(value)
  let holding = holdings.get(identity)
  if (!holding) {
    holding = { value, hosts: 0, names: [] }
    holdings.set(identity, holding)
  }
  return holding
}

/** The hosts between the last that had it and this one had it not. */
function noteLacking(item: Item, hosts: readonly string[], number: number, most: number): void {
  for (let at = item.last + 1; at < number && item.lacking.length < most; at++) item.lacking.push(hosts[at] ?? '')
}

/** The same for equal values only: the number 1 and the text `1` are two. */
export function identityOf(value: FieldValue | undefined): string {
  if (value === undefined) return ''
  return typeof value === 'string' ? `"${value}` : JSON.stringify(value)
}

function compareValues(one: FieldValue | undefined, other: FieldValue | undefined): number {
  if (one === undefined || other === undefined) return Number(one === undefined) - Number(other === undefined)
  return compareScalars(scalarOf(one), scalarOf(other))
}

function scalarOf(value: FieldValue) {
  return typeof value === 'object' ? value.join(' ') : value
}
