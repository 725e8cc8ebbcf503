// Finds a Java that a server starts with, without running any: each installation says its version in its `release` file.
import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

export interface Java {
  home: string
  /** The feature release: 17, 21, 25. */
  version: number
}

const folders = ['/usr/lib/jvm', '/usr/java', '/opt', '/Library/Java/JavaVirtualMachines']

/** The first Java of at least this version: of the environment, on the PATH, then where systems install them. */
export function findJava(least: number): Java | undefined {
  for (const home of candidates()) {
    const version = versionOf(home)
    if (version !== undefined && version >= least) return { home, version }
  }
  return undefined
}

function* candidates(): Generator<string> {
  for (const name of ['ES_JAVA_HOME', 'JAVA_HOME']) {
    const home = process.env[name]
    if (home) yield home
  }
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    try {
      // /usr/bin/java is a link to a link to the installation
      yield dirname(dirname(realpathSync(join(folder, 'java'))))
    } catch {}
  }
  for (const folder of folders) {
    for (const name of namesIn(folder)) {
      yield join(folder, name)
      yield join(folder, name, 'Contents/Home')
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted()
  } catch {
    return []
  }
}

function versionOf(home: string): number | undefined {
  try {
    const [, version] = /^JAVA_VERSION="(?:1\.)?(\d+)/m.exec(readFileSync(join(home, 'release'), 'utf8')) ?? []
    return version === undefined ? undefined : Number(version)
  } catch {
    return undefined
  }
}
