// Changed keys, a line each: added, removed, or from one value to another with the difference.
import type { KeyChange, Move } from '../history/key-diff.ts'
import type { FieldValue } from '../snapshot/document.ts'
import type { Paint } from '../terminal/color.ts'
import { harmless } from '../terminal/harmless.ts'
import { pad } from '../terminal/width.ts'

const widestKey = 48

/** `+key  value`, `-key  value`, ` key  60 -> 1  (-59, -98.3 %)`, the values below one another. */
export function* keyLines(
  changes: readonly KeyChange[],
  paint: Paint,
  /** How people read the number of a key; as it is stored when not given. */
  figureOf: (key: string, value: number) => string = (_, value) => String(value),
): Generator<string> {
  const valueText = (key: string, value: FieldValue) =>
    typeof value === 'number' ? figureOf(key, value) : plainText(value)
  const keys = changes.map(({ key }) => harmless(key))
  const width = Math.min(widestKey, Math.max(0, ...keys.map((key) => key.length)))
  for (const [index, change] of changes.entries()) {
    const { key: name } = change
    const key = pad(keys[index] ?? '', width)
    if (change.status === 'added') yield `${paint('green', `+${key}  ${valueText(name, change.after)}`)}\n`
    else if (change.status === 'removed') yield `${paint('red', `-${key}  ${valueText(name, change.before)}`)}\n`
    else {
      const values = `${paint('red', valueText(name, change.before))} -> ${paint('green', valueText(name, change.after))}`
      const move = change.move && moveText(change.move, (value) => figureOf(name, value))
      yield ` ${key}  ${values}${move ? paint('dim', `  (${move})`) : ''}\n`
    }
  }
}

/** `-59, -98.3 %`; from nothing there is no share. */
function moveText({ difference, share }: Move, figure: (value: number) => string): string {
  const size = figure(Math.abs(Number(difference.toPrecision(12))))
  const text = `${difference < 0 ? '-' : '+'}${size}`
  return share === undefined ? text : `${text}, ${shareText(share)}`
}

/** `+4.5 %`, `-98.3 %`, from tenfold on `x 12.5`. */
function shareText(share: number): string {
  if (share >= 9) return `x ${Number((share + 1).toPrecision(3))}`
  const rounded = Number((share * 100).toPrecision(3))
  return `${signed(rounded === -100 && share > -1 ? -99.9 : rounded)} %`
}

function signed(value: number): string {
  return value < 0 ? String(value) : `+${value}`
}

function plainText(value: FieldValue): string {
  const text = typeof value === 'object' ? value.map(String).join(', ') : String(value)
  return text === '' ? '""' : harmless(text)
}
