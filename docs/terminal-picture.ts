// Draws what a terminal got, text and styles, as one SVG without scripts or fonts of its own: it looks the same wherever it is
// shown. Styles: https://man7.org/linux/man-pages/man4/console_codes.4.html, "ECMA-48 Select Graphic Rendition".
import { displayWidth } from '../src/terminal/width.ts'

const advance = 9
const lineHeight = 21
const margin = 22
const titleBar = 40
const foreground = '#d5dae3'
const normal = ['#5c6370', '#f07178', '#98c379', '#e5c07b', '#6cb2f7', '#c792ea', '#5fc9d6', foreground]
const bright = ['#7f8796', '#ff8b92', '#b5e08c', '#ffd68a', '#8cc8ff', '#dcaeff', '#7fe3ef', '#ffffff']

interface Pen {
  bold: boolean
  dim: boolean
  color: string
}

/** The picture of what a terminal got. Throws on what it cannot show: other sequences than styles, control characters. */
export function picture(shown: string, { columns, title }: { columns: number; title: string }): string {
  const lines = shown.trimEnd().split('\n')
  const pen: Pen = { bold: false, dim: false, color: foreground }
  const rows = lines.flatMap((line, index) => row(line, titleBar + (index + 1) * lineHeight, pen))
  const width = columns * advance + 2 * margin
  const height = titleBar + lines.length * lineHeight + margin + 6
  const lamps = ['#ff5f57', '#febc2e', '#28c840'].map(
    (color, index) => `<circle cx="${margin + 2 + index * 20}" cy="20" r="6" fill="${color}"/>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(title)}</title>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10" fill="#1b1f27" stroke="#3a404c"/>
${lamps.join('')}
<g font-family="ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace" font-size="15">
${rows.join('\n')}
</g>
</svg>
`
}

/** A text element for each run of a style, and for what follows a wide gap: each is where a terminal has it, in any font. */
function row(line: string, y: number, pen: Pen): string[] {
  const elements: string[] = []
  let column = 0
  for (const [index, part] of line.split(/\x1b\[([\d;]*)m/).entries()) {
    if (index % 2 === 1) for (const code of part.split(';')) turn(pen, Number(code))
    else
      for (const run of part.split(/( {2,}|^ | $)/)) {
        if (/\p{Cc}/u.test(run)) throw new Error(`failed to draw ${JSON.stringify(run)}: it holds control characters`)
        const wide = displayWidth(run)
        if (run.trim() !== '') {
          const place = `x="${margin + column * advance}" y="${y}" textLength="${wide * advance}" lengthAdjust="spacingAndGlyphs"`
          const style = `fill="${pen.color}"${pen.bold ? ' font-weight="bold"' : ''}${pen.dim ? ' opacity="0.65"' : ''}`
          elements.push(`<text ${place} ${style}>${escaped(run)}</text>`)
        }
        column += wide
      }
  }
  return elements
}

function turn(pen: Pen, code: number): void {
  if (code === 0) Object.assign(pen, { bold: false, dim: false, color: foreground })
  else if (code === 1) pen.bold = true
  else if (code === 2) pen.dim = true
  else if (code === 22) pen.bold = pen.dim = false
  else if (code === 39) pen.color = foreground
  else {
    const color = code < 90 ? normal[code - 30] : bright[code - 90]
    if (color === undefined) throw new Error(`failed to draw style ${code}: no such style`)
    pen.color = color
  }
}

/** Text as it stands in an element or attribute. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
