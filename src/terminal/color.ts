// Colours: when to use them, and the few styles there are.

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'magenta' | 'cyan' | 'match'
export type Paint = (style: Style, text: string) => string
export type ColorWish = 'auto' | 'always' | 'never'

const codes: Record<Style, [string, string]> = {
  bold: ['1', '22'],
  dim: ['2', '22'],
  red: ['31', '39'],
  green: ['32', '39'],
  yellow: ['33', '39'],
  magenta: ['35', '39'],
  cyan: ['36', '39'],
  match: ['1;31', '22;39'],
}

/** Paints with escape sequences, or leaves the text alone. */
export function painter(enabled: boolean): Paint {
  if (!enabled) return (_, text) => text
  return (style, text) => (text === '' ? '' : `\x1b[${codes[style][0]}m${text}\x1b[${codes[style][1]}m`)
}

/** What `--color` says; else NO_COLOR, FORCE_COLOR, a dumb terminal; else whether it is a terminal. */
export function wantsColor(wish: ColorWish, isTerminal: boolean, env: Record<string, string | undefined>): boolean {
  if (wish !== 'auto') return wish === 'always'
  if (env['NO_COLOR']) return false
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0'
  return isTerminal && env['TERM'] !== 'dumb'
}
