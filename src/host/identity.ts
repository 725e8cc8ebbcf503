// The name a host has itself. Never asks the network: a slow resolver must not stop the agent.
import { hostname } from 'node:os'
import { ActionableError, NoDataError } from '../errors.ts'
import type { Root } from './root.ts'

/**
 * The host's name: the override, else what this machine's kernel says, else in another root its /etc/hostname or its kernel's
 * own. Throws ActionableError when a root has neither.
 */
export function hostName(root: Root, override?: string): string {
  if (override !== undefined && override !== '') return override
  if (root.base === '/') return hostname()
  for (const path of ['/etc/hostname', '/proc/sys/kernel/hostname']) {
    const name = firstWord(root, path)
    if (name !== undefined) return name
  }
  throw new ActionableError(`no host name below "${root.base}"`, { next: 'set `host:` in the configuration' })
}

/** hostname(5): the first line that is no comment. */
function firstWord(root: Root, path: string): string | undefined {
  let text: string
  try {
    text = root.readKernelText(path)
  } catch (error) {
    if (error instanceof NoDataError) return undefined
    throw error
  }
  const lines = text.split('\n').map((line) => line.trim())
  return lines.find((line) => line !== '' && !line.startsWith('#'))?.split(/\s/)[0]
}
