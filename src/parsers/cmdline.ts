// /proc/cmdline: fs/proc/cmdline.c, Documentation/admin-guide/kernel-parameters.rst. Words between blanks; double quotes keep blanks.
import type { Fields } from '../snapshot/document.ts'

/** The kernel takes 4096 characters at most on any machine. */
const mostCharacters = 16_384

/** `cmdline.parameter`: each word as it stands, once. */
export function parseCmdline(text: string): Fields {
  const words = text.slice(0, mostCharacters).match(/(?:[^\s"]|"[^"]*(?:"|$))+/g) ?? []
  return words.length === 0 ? {} : { 'cmdline.parameter': [...new Set(words)] }
}
