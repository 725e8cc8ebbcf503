// Secrets that are kept in files of their own, as service managers and containers hand them over.
import { readSmallFile } from './small-file.ts'
import { secretBreach } from './store-types.ts'

const maxBytes = 64 * 1024

/** The text of a secret's file without the line break at its end, or what is wrong with it and what to do. Never shows the text. */
export function readSecret(file: string): { text: string } | { wrong: string; next: string } {
  const found = readSmallFile(file, maxBytes)
  if (found.status === 'absent')
    return { wrong: 'does not exist', next: 'create the file of the secret, or name the one that holds it' }
  if (found.status === 'unreadable')
    return {
      wrong: `cannot be read: ${found.why}`,
      next: 'make the secret a small text file that the user of mitra may read',
    }
  const text = found.text.replace(/\r?\n$/, '')
  if (text === '') return { wrong: 'is empty', next: 'write the secret into its file' }
  const breach = secretBreach(text)
  return breach === undefined ? { text } : { wrong: breach, next: 'leave nothing but the secret in its file' }
}
