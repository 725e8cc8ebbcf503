// A whole terminal for a program that redraws it, as `top` does: the other screen, keys one by one, and all as it was at the end,
// whatever ends the program.
import { writeSync } from 'node:fs'
import { displayWidth, truncate } from './width.ts'

export interface Screen {
  readonly columns: number
  readonly rows: number
  /** Draws from the top; what is wider or longer than the screen is cut. Lines are harmless already and may be painted. */
  draw(lines: readonly string[]): void
  /** The next key, or undefined when there was none in that time, the size changed, or the signal came. */
  key(ms: number, signal: AbortSignal): Promise<string | undefined>
  /** Gives the terminal back. */
  close(): void
}

const enter = '\x1b[?1049h\x1b[?25l'
const leave = '\x1b[?25h\x1b[?1049l'
const home = '\x1b[H'
const clearLine = '\x1b[K'
const clearBelow = '\x1b[J'
const interrupt = '\x03'
const suspend = '\x1a'

export interface ScreenStreams {
  input: Pick<NodeJS.ReadStream, 'setRawMode' | 'on' | 'off' | 'resume' | 'pause'>
  output: Pick<NodeJS.WriteStream, 'columns' | 'rows' | 'on' | 'off' | 'write'>
  /** Writes at once, as the process ends. */
  writeLast?: (text: string) => void
  process?: Pick<NodeJS.Process, 'on' | 'off' | 'kill'>
}

/** Takes over a terminal. Ctrl-C is a key here, `\x03`; Ctrl-Z stops the program and gives the terminal back meanwhile. */
export function openScreen(streams: ScreenStreams): Screen {
  const { input, output, writeLast = (text) => void writeSync(1, text), process: program = process } = streams
  const keys: string[] = []
  let wake = () => {}
  let isOpen = false

  const open = () => {
    isOpen = true
    input.setRawMode(true)
    input.resume()
    output.write(enter)
  }
  const restore = (write: (text: string) => void) => {
    if (!isOpen) return
    isOpen = false
    write(leave)
    input.setRawMode(false)
    input.pause()
  }
  const onExit = () => restore(writeLast)
  const onResume = () => {
    open()
    wake()
  }
  const onData = (chunk: Buffer | string) => {
    for (const key of keysOf(chunk.toString())) {
      if (key !== suspend) {
        keys.push(key)
        continue
      }
      restore(writeLast)
      // to all of the group, as the terminal itself would send it
      program.kill(0, 'SIGTSTP')
    }
    wake()
  }
  const onResize = () => wake()

  input.on('data', onData)
  output.on('resize', onResize)
  program.on('exit', onExit)
  program.on('SIGCONT', onResume)
  open()
  return {
    get columns() {
      return output.columns || 80
    },
    get rows() {
      return output.rows || 24
    },
    draw(lines) {
      const [width, height] = [output.columns || 80, output.rows || 24]
      const shown = lines.slice(0, height).map((line) => `${cut(line, width)}${clearLine}`)
      output.write(`${home}${shown.join('\r\n')}${shown.length < height ? `\r\n${clearBelow}` : ''}`)
    },
    async key(ms, signal) {
      const known = keys.shift()
      if (known !== undefined || signal.aborted) return known
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', done)
          wake = () => {}
          resolve()
        }
        const timer = setTimeout(done, ms)
        signal.addEventListener('abort', done)
        wake = done
      })
      return keys.shift()
    },
    close() {
      input.off('data', onData)
      output.off('resize', onResize)
      program.off('exit', onExit)
      program.off('SIGCONT', onResume)
      restore((text) => void output.write(text))
    },
  }
}

/** Whether a key ends a program that has no better use for it. */
export function isQuit(key: string): boolean {
  return key === 'q' || key === interrupt
}

/** Several keys may come at once; those that send a sequence are one each. */
function keysOf(text: string): string[] {
  return text.match(/\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z])|./gsu) ?? []
}

const style = /(\x1b\[[0-9;]*m)/

/** A line with styles, cut to a width; styles do not count and are closed behind the cut. */
function cut(line: string, width: number): string {
  let left = width
  let isCut = false
  return line
    .split(style)
    .map((part) => {
      if (style.test(part)) return part
      if (isCut) return ''
      const kept = truncate(part, left)
      isCut = kept !== part
      left -= isCut ? left : displayWidth(kept)
      return kept
    })
    .join('')
}
