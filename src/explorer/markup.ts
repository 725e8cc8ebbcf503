// HTML as a tagged template: whatever is put into it is text and harmless, unless it is markup itself.
import { harmless } from '../terminal/harmless.ts'

export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }
}

export type Part = Markup | string | number | false | undefined | readonly Part[]

/** Markup with its parts escaped; control characters and invisible ones among them are written out. */
export function html(texts: TemplateStringsArray, ...parts: Part[]): Markup {
  let text = texts[0] ?? ''
  for (const [index, part] of parts.entries()) text += partText(part) + (texts[index + 1] ?? '')
  return new Markup(text)
}

export const nothing = new Markup('')

/** Parts one after the other, with something between them. */
export function joined(parts: readonly Part[], separator: Part): Markup {
  return new Markup(parts.map(partText).join(partText(separator)))
}

/** Data for a script of the page: JSON that no markup can end. */
export function dataBlock(id: string, value: unknown): Markup {
  const json = JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return new Markup(`<script type="application/json" id="${id}">${json}</script>`)
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export function escaped(text: string): string {
  return harmless(text, 'tabs and lines').replace(/[&<>"']/g, (character) => entities[character] ?? '')
}

function partText(part: Part): string {
  if (part instanceof Markup) return part.text
  if (part === undefined || part === false) return ''
  if (typeof part === 'object') return part.map(partText).join('')
  return escaped(String(part))
}
