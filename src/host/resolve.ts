// Where a path leads inside a root: links are followed as chroot would, an absolute target starts at the root and `..` never
// leaves it.
import type { BigIntStats } from 'node:fs'

/** What one path component turned out to be; undefined when there is none. */
export type Component = { stat: BigIntStats; target?: string } | undefined

/** Paths are the host's own. */
export interface Resolved {
  /** Without links; of the first missing component when nothing is there. */
  real: string
  /** What is there; undefined when nothing is. */
  stat: BigIntStats | undefined
  /** Links gone through, each under a path without links. */
  links: readonly string[]
  /** Whether the path's last component is itself a link. */
  isLink: boolean
}

const linkLimit = 40

/**
 * The steps of a resolution: yields a path to look at, is given its component, and returns where it all led. Throws ELOOP
 * after 40 links. `folders` are paths known to be folders and no links; it grows.
 */
export function* resolution(path: string, folders: Set<string>): Generator<string, Resolved, Component> {
  const links: string[] = []
  let ahead = components(path)
  let current = ''
  let stat: BigIntStats | undefined
  let isLink = false
  while (ahead.length > 0) {
    const name = ahead[0] as string
    ahead = ahead.slice(1)
    if (name === '..') {
      current = current.slice(0, Math.max(0, current.lastIndexOf('/')))
      stat = undefined
      continue
    }
    const next = `${current}/${name}`
    if (ahead.length > 0 && folders.has(next)) {
      current = next
      stat = undefined
      continue
    }
    const component = yield next
    if (component === undefined) return { real: next, stat: undefined, links, isLink }
    if (component.target !== undefined) {
      if (links.length === linkLimit) throw tooManyLinks(path)
      links.push(next)
      if (ahead.length === 0) isLink = true
      if (component.target.startsWith('/')) current = ''
      ahead = [...components(component.target), ...ahead]
      stat = undefined
      continue
    }
    if (ahead.length > 0) {
      if (!component.stat.isDirectory()) return { real: `${next}/${ahead[0]}`, stat: undefined, links, isLink }
      folders.add(next)
    }
    current = next
    stat = component.stat
  }
  const real = current === '' ? '/' : current
  if (stat === undefined) stat = (yield real)?.stat
  return { real, stat, links, isLink }
}

function components(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.')
}

function tooManyLinks(path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`too many symbolic links: ${path}`), { code: 'ELOOP', errno: -40, path })
}
