// Counts hosts and documents by value.
import type { Scalar } from '../../../snapshot/document.ts'
import { compareScalars } from '../../scalar-order.ts'
import type { ValueRow } from '../../store.ts'

interface Count {
  hosts: Set<string>
  documents: number
}

export class Tally {
  readonly #counts = new Map<Scalar, Count>()
  readonly #hosts = new Set<string>()

  add(value: Scalar, host: string, documents: number): void {
    const count = this.#counts.get(value) ?? { hosts: new Set<string>(), documents: 0 }
    count.hosts.add(host)
    count.documents += documents
    this.#counts.set(value, count)
    this.#hosts.add(host)
  }

  /** Most hosts first, then most documents, then by value; and the hosts with any. */
  distribution(): { values: ValueRow[]; hosts: Set<string> } {
    const values = Array.from(this.#counts, ([value, { hosts, documents }]) => ({
      value,
      hosts: hosts.size,
      documents,
      examples: firstNames(hosts),
    }))
    values.sort((a, b) => b.hosts - a.hosts || b.documents - a.documents || compareScalars(a.value, b.value))
    return { values, hosts: this.#hosts }
  }
}

/** The first three by name. */
function firstNames(names: ReadonlySet<string>): string[] {
  const first: string[] = []
  for (const name of names) {
    first.push(name)
    if (first.length > 50) first.sort().splice(3)
  }
  return first.sort().slice(0, 3)
}
