// A difference as HTML: unified, in two columns, or by keys.
import { type Hunk, type HunkPart, hunkHeading } from '../history/hunks.ts'
import type { KeyChange } from '../history/key-diff.ts'
import { linesOf } from '../history/line-diff.ts'
import { diffWords } from '../history/word-diff.ts'
import type { Difference, DifferenceForm } from './difference.ts'
import { cutNote } from './layout.ts'
import { html, type Markup } from './markup.ts'
import { table, valueText } from './parts.ts'

export function differenceView(difference: Difference, form: DifferenceForm): Markup {
  switch (difference.kind) {
    case 'same':
      return html`<p>Nothing differs.</p>`
    case 'bytes':
      return html`<p>The content differs, and no text of it is kept: sha256 <code>${valueText(difference.before) || 'unknown'}</code> and <code>${valueText(difference.after) || 'unknown'}</code>.</p>`
    case 'keys':
      return keysView(difference)
    case 'lines':
      return html`<p class="tally"><b>+${difference.added} −${difference.removed}</b> lines${difference.is_coarse && ', too different to compare line by line'}</p>
<div class="diff${form === 'side' && ' side'}" tabindex="0" role="region" aria-label="Difference"><table><tbody>${difference.hunks.map((hunk) => (form === 'side' ? sideHunk(hunk) : unifiedHunk(hunk)))}</tbody></table></div>
${cutNote(difference.cut)}`
    default:
      return difference satisfies never
  }
}

function keysView({ of, changes, is_partial }: Extract<Difference, { kind: 'keys' }>): Markup {
  if (changes.length === 0) return html`<p>No ${of} differs${is_partial && '; something beside them does'}.</p>`
  const headings = html`<th scope="col">${of}</th><th scope="col">before</th><th scope="col">after</th><th scope="col" class="number">moved</th>`
  return html`<p class="tally"><b>${changes.length}</b> ${changes.length === 1 ? 'differs' : 'differ'}${is_partial && ', and something beside them'}</p>
<div class="keys">${table('Difference by keys', [headings], changes.map(keyRow))}</div>`
}

function keyRow(change: KeyChange): Markup {
  const before =
    change.status === 'added'
      ? html`<td class="dim">none</td>`
      : html`<td class="removed">${valueText(change.before)}</td>`
  const after =
    change.status === 'removed'
      ? html`<td class="dim">none</td>`
      : html`<td class="added">${valueText(change.after)}</td>`
  const move = change.status === 'changed' ? change.move : undefined
  const share =
    move?.share === undefined ? '' : ` (${move.share < 0 ? '' : '+'}${Math.round(move.share * 1000) / 10} %)`
  return html`<tr><th scope="row" class="mono">${change.key}</th>${before}${after}<td class="number">${move && `${move.difference < 0 ? '' : '+'}${move.difference}${share}`}</td></tr>`
}

function unifiedHunk(hunk: Hunk): Markup {
  let [old, fresh] = [hunk.oldStart, hunk.newStart]
  const rows = paired(hunk.parts).flatMap((pair) => {
    if (pair.kind === 'same')
      return pair.lines.map(
        (line) =>
          html`<tr><td class="line">${old++}</td><td class="line">${fresh++}</td><td class="sign"> </td><td>${line}</td></tr>`,
      )
    const words = wordsOf(pair.removed, pair.added)
    return [
      ...pair.removed.map(
        (line, index) =>
          html`<tr><td class="line">${old++}</td><td class="line"></td><td class="sign removed">−</td><td class="removed">${words?.removed[index] ?? line}</td></tr>`,
      ),
      ...pair.added.map(
        (line, index) =>
          html`<tr><td class="line"></td><td class="line">${fresh++}</td><td class="sign added">+</td><td class="added">${words?.added[index] ?? line}</td></tr>`,
      ),
    ]
  })
  return html`<tr class="gap"><td colspan="4">${hunkHeading(hunk)}</td></tr>${rows}`
}

function sideHunk(hunk: Hunk): Markup {
  let [old, fresh] = [hunk.oldStart, hunk.newStart]
  const rows = paired(hunk.parts).flatMap((pair) => {
    if (pair.kind === 'same')
      return pair.lines.map(
        (line) =>
          html`<tr><td class="line">${old++}</td><td class="before">${line}</td><td class="line">${fresh++}</td><td class="after">${line}</td></tr>`,
      )
    const words = wordsOf(pair.removed, pair.added)
    return Array.from({ length: Math.max(pair.removed.length, pair.added.length) }, (_, index) => {
      const [one, other] = [pair.removed[index], pair.added[index]]
      return html`<tr><td class="line">${one !== undefined && old++}</td><td class="before${one !== undefined && ' removed'}">${words?.removed[index] ?? one}</td><td class="line">${other !== undefined && fresh++}</td><td class="after${other !== undefined && ' added'}">${words?.added[index] ?? other}</td></tr>`
    })
  })
  return html`<tr class="gap"><td colspan="4">${hunkHeading(hunk)}</td></tr>${rows}`
}

type Pair = { kind: 'same'; lines: string[] } | { kind: 'changed'; removed: string[]; added: string[] }

/** What was removed beside what was added in its place. */
function paired(parts: readonly HunkPart[]): Pair[] {
  const pairs: Pair[] = []
  for (const { sign, text } of parts) {
    const lines = Array.from(linesOf(text), (line) => line.replace(/\r?\n$/, ''))
    const last = pairs.at(-1)
    if (sign === ' ') pairs.push({ kind: 'same', lines })
    else if (sign === '+' && last?.kind === 'changed') last.added.push(...lines)
    else pairs.push({ kind: 'changed', removed: sign === '-' ? lines : [], added: sign === '+' ? lines : [] })
  }
  return pairs
}

/** Lines with the words that differ marked; undefined where lines do not pair up. */
function wordsOf(
  removed: readonly string[],
  added: readonly string[],
): { removed: Markup[]; added: Markup[] } | undefined {
  if (removed.length !== added.length || removed.length > 50) return undefined
  const marked: { removed: Markup[]; added: Markup[] } = { removed: [], added: [] }
  for (const [index, line] of removed.entries()) {
    const pieces = diffWords(line, added[index] ?? '')
    const side = (sign: '-' | '+') =>
      html`${pieces.filter((piece) => piece.sign === ' ' || piece.sign === sign).map((piece) => (piece.sign === ' ' ? piece.text : html`<b>${piece.text}</b>`))}`
    marked.removed.push(side('-'))
    marked.added.push(side('+'))
  }
  return marked
}
