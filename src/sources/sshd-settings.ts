// The settings of the OpenSSH server as its files together make them: sshd_config and what it includes.
import { compileGlob } from '../host/glob.ts'
import { walkGlob } from '../host/walk.ts'
import { readSshdConfig, sshdIncludePath, sshdIncludes, sshdText } from '../parsers/sshd-config.ts'
import { readHostFileIfAny } from './host-file.ts'
import type { Pass } from './source.ts'

export const sshdConfigPath = '/etc/ssh/sshd_config'

/** More than anyone divides a configuration into. */
const mostFiles = 200
const mostEntries = 2000

/** As one file that says the same, undefined where the host has none. Throws what a file that cannot be read throws. */
export async function readSshdSettings(pass: Pass): Promise<string | undefined> {
  const text = await readHostFileIfAny(pass.root, sshdConfigPath, pass)
  if (text === undefined) return undefined
  const included = new Map<string, readonly string[]>()
  const texts = [text]
  let files = 0
  for (const each of texts)
    for (const pattern of sshdIncludes(each)) {
      if (included.has(pattern)) continue
      const found: string[] = []
      included.set(pattern, found)
      for (const path of await filesOf(sshdIncludePath(pattern), pass)) {
        if (++files > mostFiles) throw new Error(`${sshdConfigPath} includes more than ${mostFiles} files`)
        const other = await readHostFileIfAny(pass.root, path, pass)
        if (other !== undefined) found.push(other)
      }
      texts.push(...found)
    }
  return sshdText(readSshdConfig(text, included))
}

/** In the order of their names. */
async function filesOf(pattern: string, { root, signal }: Pass): Promise<string[]> {
  const paths: string[] = []
  for await (const finding of walkGlob(root, pattern, compileGlob(pattern), {
    signal,
    maxDepth: 16,
    maxEntries: mostEntries,
  }))
    if (finding.kind === 'candidate') paths.push(finding.path)
    else throw new Error(`${finding.path}: ${finding.reason}`)
  return paths.sort()
}
