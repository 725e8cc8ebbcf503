// What the lists of `mitra drift` show.
import { removed, type Subject } from '../history/drift.ts'
import type { Deviation } from '../history/effective.ts'
import type { Rarity } from '../history/rarity.ts'
import type { FieldValue } from '../snapshot/document.ts'
import type { Split } from '../store/store.ts'
import { counted, grouped } from '../terminal/units.ts'
import { type Column, type Form, textOf } from './listing.ts'

/** A host that does not hold what most hold. */
export interface Deviant {
  host: string
  rarity: Rarity
}

/** How values are shown: a table has the beginning of what is long, and says a tie in the place of the majority. */
export interface Showing {
  subject: Subject
  form: Form
  isGrouped: boolean
  /** Whether all rows are about the same path. */
  isOnePath: boolean
}

const hashShown = 12
const textShown = 24

export function deviantColumns(showing: Showing): readonly Column<Deviant>[] {
  const shown = valueText(showing)
  return [
    { name: 'host', kind: 'text', value: ({ host }) => host, style: 'bold' },
    ...(showing.isGrouped ? [groupColumn<Deviant>(({ rarity }) => rarity.group)] : []),
    ...(showing.form === 'table' && showing.isOnePath ? [] : [pathColumn]),
    { name: 'value', kind: 'text', value: ({ rarity }) => shown(rarity.value), style: 'yellow' },
    ...majorityColumns<Deviant>(showing, ({ rarity }) => rarity),
  ]
}

const pathColumn: Column<Deviant> = { name: 'path', kind: 'text', value: ({ rarity }) => rarity.item }

export function rarityColumns(showing: Showing): readonly Column<Rarity>[] {
  const shown = valueText(showing)
  return [
    { name: 'score', kind: 'share', value: ({ score }) => score },
    { name: 'what', kind: 'text', value: ({ item }) => item, style: 'bold' },
    ...(showing.isGrouped ? [groupColumn<Rarity>(({ group }) => group)] : []),
    { name: 'value', kind: 'text', value: ({ value }) => shown(value), style: 'yellow' },
    { name: 'hosts', kind: 'number', value: ({ hosts }) => hosts },
    ...majorityColumns<Rarity>(showing, (rarity) => rarity),
    { name: 'examples', kind: 'text', value: ({ names }) => names, style: 'dim', cut: 'first' },
  ]
}

export const deviationColumns: readonly Column<Deviation>[] = [
  { name: 'host', kind: 'text', value: ({ host }) => host, style: 'bold' },
  { name: 'setting', kind: 'text', value: ({ key }) => key },
  { name: 'configured', kind: 'text', value: ({ configured }) => configured },
  { name: 'effective', kind: 'text', value: ({ effective }) => effective ?? 'not in /proc/sys', style: 'yellow' },
  { name: 'file', kind: 'text', value: ({ file }) => file, style: 'dim' },
]

/** `60 on 9 of 11 hosts`, or which values tie. */
export function majorityLine({ hosts, holdings, tied }: Split, showing: Showing): string {
  const shown = valueText(showing)
  const [first] = holdings
  if (tied > 1 && tied === hosts) return `each of ${counted(hosts, 'host')} has a value of its own`
  const values = holdings.slice(0, Math.min(tied, 3)).map(({ value }) => textOf(shown(value)))
  const on = `on ${grouped(first?.hosts ?? 0)} of ${counted(hosts, 'host')}`
  if (tied === 1) return `${values[0]} ${on}`
  return `a tie: ${values.join(', ')}${tied > 3 ? ` and ${tied - 3} more` : ''} ${on} each`
}

function majorityColumns<Row>(showing: Showing, rarityOf: (row: Row) => Rarity): Column<Row>[] {
  const shown = valueText(showing)
  const isTable = showing.form === 'table'
  const majority = (row: Row) => {
    const held = rarityOf(row).majority
    if (held) return shown(held.value)
    return isTable ? 'a tie' : undefined
  }
  return [
    { name: 'majority', kind: 'text', value: majority },
    { name: 'agree', kind: 'number', value: (row) => rarityOf(row).majority?.hosts ?? 0 },
    { name: 'of', kind: 'number', value: (row) => rarityOf(row).of },
    ...(isTable ? [] : [{ name: 'tie', kind: 'flag', value: (row: Row) => !rarityOf(row).majority } as const]),
  ]
}

function groupColumn<Row>(group: (row: Row) => string | undefined): Column<Row> {
  return { name: 'group', kind: 'text', value: group }
}

function valueText({ subject, form }: Showing): (value: FieldValue | undefined) => FieldValue {
  const isHash = subject.kind === 'file' || subject.kind === 'files'
  return (value) => {
    if (value === undefined) return 'not installed'
    if (form !== 'table' || value === removed) return value
    if (isHash && typeof value === 'string') return value.slice(0, hashShown)
    const text = textOf(value)
    return text.length > textShown ? `${text.slice(0, textShown - 1)}…` : text
  }
}
