// References to the environment in the configuration: `${NAME}` and `${NAME:-default}` in any text, `$${` for a plain `${`.
import type { Path } from './mistake.ts'

export interface Resolved {
  value: unknown
  /** Texts that a reference changed, by the key `pathKey` makes of their paths: their values are never shown. */
  replaced: ReadonlySet<string>
  breaches: { path: Path; message: string }[]
}

export function pathKey(path: Path): string {
  return path.join('\0')
}

/** Puts the environment's values into every text of a tree of plain values; the tree given stays as it is. */
export function resolveReferences(tree: unknown, environment: Readonly<Record<string, string | undefined>>): Resolved {
  const replaced = new Set<string>()
  const breaches: Resolved['breaches'] = []

  const resolve = (node: unknown, path: Path): unknown => {
    if (typeof node === 'string') return node.includes('${') ? resolveText(node, path) : node
    if (Array.isArray(node)) return node.map((item, index) => resolve(item, [...path, String(index)]))
    if (typeof node !== 'object' || node === null) return node
    return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, resolve(child, [...path, key])]))
  }

  const resolveText = (text: string, path: Path): string => {
    replaced.add(pathKey(path))
    return text.replace(/\$\$\{|\$\{([^}]*)(\}?)/g, (whole, body: string | undefined, end: string) => {
      if (body === undefined) return '${'
      const match = end ? /^([A-Za-z_]\w*)(?::-(.*))?$/s.exec(body) : null
      if (!match) {
        breaches.push({ path, message: `must have references of the form \${NAME} or \${NAME:-default}` })
        return whole
      }
      const [, name = '', fallback] = match
      const given = Object.hasOwn(environment, name) ? environment[name] : undefined
      if (fallback !== undefined) return given || fallback
      if (given === undefined)
        breaches.push({ path, message: `names the environment variable ${name}, which is not set` })
      return given ?? whole
    })
  }

  return { value: resolve(tree, []), replaced, breaches }
}

/** What a text from the environment says as a number or a boolean, for settings that are one: a variable is always text. */
export function scalarOf(text: string): number | boolean | undefined {
  if (text === 'true') return true
  if (text === 'false') return false
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined
}
