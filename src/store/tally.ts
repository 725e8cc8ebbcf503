// Who holds which value of what, and which value most hold: the arithmetic of drift, over any number of hosts, in one pass.
import type { FieldValue } from '../snapshot/document.ts'
import { compareScalars } from '../store/scalar-order.ts'

/** A value and who holds it. */
export interface Holding {
  /** Undefined: these hosts have none. */
  value: FieldValue | undefined
  hosts: number
  /** Their names in order, as many as were to be kept. */
  names: string[]
}

/** How one thing that is compared is spread over the hosts of a group. */
export interface Split {
  /** A setting, a package, a path. */
  item: string
  /** Undefined where hosts are not grouped. */
  group: string | undefined
  /** Hosts that hold a value of it. */
  hosts: number
  /** Most hosts first, ties in the order of the values. */
  holdings: Holding[]
  /** How many values share the first place: with 1 there is a majority, with more a tie. */
  tied: number
}

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
    let item = items.get(key)
    if (!item) {
      item = { holdings: new Map(), hosts: 0, lacking: [], last: -1 }
      items.set(key, item)
    }
    if (item.last === number) return
    if (this.#options.absence) noteLacking(item, hosts, number, this.#options.names)
    item.last = number
    item.hosts++
    const identity = identityOf(value)
    let holding = item.holdings.get(identity)
    if (!holding) {
      holding = { value, hosts: 0, names: [] }
      item.holdings.set(identity, holding)
    }
    holding.hosts++
    if (holding.names.length < this.#options.names) holding.names.push(host)
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

/** The hosts between the last that had it and this one had it not. */
function noteLacking(item: Item, hosts: readonly string[], number: number, most: number): void {
  for (let at = item.last + 1; at < number && item.lacking.length < most; at++) item.lacking.push(hosts[at] ?? '')
}

/** The same for equal values only: the number 1 and the text `1` are two. */
function identityOf(value: FieldValue): string {
  return typeof value === 'string' ? `"${value}` : JSON.stringify(value)
}

function compareValues(one: FieldValue | undefined, other: FieldValue | undefined): number {
  if (one === undefined || other === undefined) return Number(one === undefined) - Number(other === undefined)
  return compareScalars(scalarOf(one), scalarOf(other))
}

function scalarOf(value: FieldValue) {
  return typeof value === 'object' ? value.join(' ') : value
}
