// Reads a YAML file of ours: its values, the line of each, and what the values no longer tell. The one file that loads js-yaml.
import type { Event } from 'js-yaml'
import { keyOf, type Mistake, mistakesError, type Path } from './mistake.ts'
import { yamlMistake } from './yaml-mistake.ts'

export interface ReadYaml {
  raw: unknown
  /** Line of a path, from 1; that of the nearest path above it where it has none. */
  lineOf(path: Path): number
  /** Keys given twice, names, a second document. */
  mistakes: Mistake[]
}

interface Position {
  line: number
  children: Map<string, Position>
}

/** Line of the nearest position at or above a path. */
function lineOf(position: Position, path: Path): number {
  let found = position
  for (const part of path) {
    const child = found.children.get(part)
    if (!child) break
    found = child
  }
  return found.line
}

/** Throws ActionableError with file and line for what is no YAML. */
export async function readYaml(file: string, text: string): Promise<ReadYaml> {
  const yaml = await import('js-yaml')
  try {
    const events = yaml.parseEvents(text, { maxDepth: 20 })
    // Aliases would let a small file stand for an endless one, and no setting needs them. Keys given twice are told below.
    const documents = yaml.constructFromEvents(events, { source: text, maxAliases: 0, json: true })
    const mistakes: Mistake[] = []
    const positions = positionsOf(yaml, events, text, mistakes)
    return { raw: documents[0], lineOf: (path) => lineOf(positions, path), mistakes }
  } catch (error) {
    // The error is not kept as a cause: it quotes the text around, which may hold secrets.
    if (!(error instanceof yaml.YAMLException)) throw mistakesError(file, [{ line: undefined, ...yamlMistake() }])
    const line = error.mark === undefined ? undefined : error.mark.line + 1
    throw mistakesError(file, [{ line, ...yamlMistake(error.reason) }])
  }
}

/** The lines of all keys and elements of the first document; what the values no longer tell is added to the mistakes. */
function positionsOf(yaml: typeof import('js-yaml'), events: Event[], text: string, mistakes: Mistake[]): Position {
  const { EVENT_ID, getScalarValue } = yaml
  const lineAt = lineCounter(text)
  const root: Position = { line: 1, children: new Map() }
  const frames: { position: Position; path: Path; kind: 'document' | 'list' | 'mapping'; key?: string | undefined }[] =
    []
  let documents = 0
  /** Position and path of the node that starts here. */
  const nodeAt = (offset: number): { position: Position; path: Path } => {
    const frame = frames.at(-1)
    if (!frame || frame.kind === 'document') return { position: root, path: [] }
    const name = frame.key ?? String(frame.position.children.size)
    frame.key = undefined
    const path = [...frame.path, name]
    const known = frame.kind === 'mapping' ? frame.position.children.get(name) : undefined
    if (known) return { position: known, path }
    const position = { line: offset < 0 ? frame.position.line : lineAt(offset), children: new Map<string, Position>() }
    frame.position.children.set(name, position)
    return { position, path }
  }

  for (const [index, event] of events.entries()) {
    if ('anchorStart' in event && event.anchorStart >= 0)
      mistakes.push({
        line: lineAt(event.anchorStart),
        text: 'names (&name) mean nothing here, quote a text that begins with &',
      })
    if (event.type === EVENT_ID.POP) frames.pop()
    else if (event.type === EVENT_ID.DOCUMENT) {
      documents++
      frames.push({ position: root, path: [], kind: 'document' })
      if (documents === 1) continue
      mistakes.push({
        line: lineAt(startOf(events[index + 1])),
        text: 'a configuration is one document, here begins a second',
      })
      break
    } else if (event.type === EVENT_ID.MAPPING) frames.push({ ...nodeAt(event.start), kind: 'mapping' })
    else if (event.type === EVENT_ID.SEQUENCE) frames.push({ ...nodeAt(event.start), kind: 'list' })
    else if (event.type === EVENT_ID.SCALAR) {
      const frame = frames.at(-1)
      if (frame?.kind !== 'mapping' || frame.key !== undefined) nodeAt(event.valueStart)
      else {
        frame.key = getScalarValue(text, event)
        const line = event.valueStart < 0 ? frame.position.line : lineAt(event.valueStart)
        const first = frame.position.children.get(frame.key)
        if (first)
          mistakes.push({
            line,
            text: `${keyOf([...frame.path, frame.key])} is given twice, first on line ${first.line}`,
          })
        else frame.position.children.set(frame.key, { line, children: new Map() })
      }
    }
  }
  return root
}

function startOf(event: Event | undefined): number {
  if (event === undefined) return 0
  return 'start' in event ? event.start : 'valueStart' in event ? event.valueStart : 0
}

/** Line of an offset, from 1. Offsets may only grow. */
function lineCounter(text: string): (offset: number) => number {
  const lineEnd = /\r\n|\n|\r/g
  let line = 1
  let next = lineEnd.exec(text)
  return (offset) => {
    while (next && next.index + next[0].length <= offset) {
      line++
      next = lineEnd.exec(text)
    }
    return line
  }
}
