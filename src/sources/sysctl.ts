// The kernel's settings: effective ones from the tree of /proc/sys, configured ones from the files of sysctl(8).
import { createHash } from 'node:crypto'
import type { Root } from '../host/root.ts'
import { parseSysctl, parseSysctlConf, withoutVolatileSysctls } from '../parsers/sysctl.ts'
import { isSysctlFile } from '../parsers/sysctl-files.ts'
import type { Fields } from '../snapshot/document.ts'
import type { Observation } from '../snapshot/observation.ts'
import { failedObservation } from './failed-observation.ts'
import type { Collect, Format, Pass, SourceDefinition } from './source.ts'
import { SysctlTree } from './sysctl-tree.ts'

const path = '/proc/sys'
/** What counts or measures in the same tree has a document of its own: in that of the settings every change is somebody’s. */
const countersPath = '/proc/sys counters'
const dataset = 'mitra.sysctl'

const effective: Format = {
  dataset,
  kind: 'state',
  matches: (candidate) => candidate === path,
  fields: parseSysctl,
  stable: withoutVolatileSysctls,
}

const counters: Format = {
  dataset,
  kind: 'metric',
  matches: (candidate) => candidate === countersPath,
  fields: parseSysctl,
}

const configured: Format = {
  dataset: 'mitra.file',
  kind: 'state',
  matches: isSysctlFile,
  fields: parseSysctlConf,
}

export const sysctl: SourceDefinition = {
  name: 'sysctl',
  summary: 'The kernel’s settings in effect, the whole tree of /proc/sys as `sysctl -a` prints it.',
  kind: 'state',
  enabledByDefault: true,
  paths: [path, countersPath],
  fields: [
    {
      name: 'sysctl.*',
      type: 'keyword',
      summary:
        'A setting under its own name, as `sysctl.net.core.somaxconn`: a number, several numbers, or text. In effect where ' +
        '`file.path` is /proc/sys, configured where it is /etc/sysctl.conf or a file of sysctl.d; what counts or measures, ' +
        'as `sysctl.fs.file-nr`, is at `/proc/sys counters`. Settings of single interfaces other than `all`, `default` and ' +
        '`lo` are found in `content` only.',
    },
  ],
  formats: [effective, counters, configured],
  create: collectSysctl,
}

function collectSysctl(): Collect {
  let tree: { root: Root; reader: SysctlTree } | undefined
  let seen: Understood | undefined

  async function observe(pass: Pass): Promise<Observation[]> {
    const about = { dataset, at: pass.now() }
    try {
      if (tree?.root !== pass.root) tree = { root: pass.root, reader: new SysctlTree(pass.root) }
      const text = await tree.reader.read(pass.signal)
      if (text === undefined) return []
      if (!seen?.stable.equals(text.stable)) seen = understand(text.stable)
      const counted = text.volatile.toString('utf8')
      const { fingerprint } = seen
      const isStored = pass.isStored?.(path, fingerprint, about.at) ?? false
      const settings = isStored ? { fields: {} } : textAndFields(seen)
      const observations: Observation[] = [{ ...about, path, kind: 'state', ...settings, fingerprint }]
      if (counted !== '')
        observations.push({
          ...about,
          path: countersPath,
          kind: 'metric',
          content: counted,
          fields: parseSysctl(counted),
        })
      return observations
    } catch (error) {
      return [failedObservation({ ...about, path, kind: 'state' }, error)]
    }
  }

  return async function* (pass) {
    yield* await observe(pass)
  }
}

interface Understood {
  stable: Buffer
  fingerprint: string
}

/** Made when they are to be stored, and not kept: that is once a day. */
function textAndFields({ stable }: Understood): { content: string; fields: Fields } {
  const content = stable.toString('utf8')
  return { content, fields: parseSysctl(content) }
}

/** Hashing waits until a setting changes: on most passes none does. */
function understand(stable: Buffer): Understood {
  return {
    stable: Buffer.from(stable),
    fingerprint: createHash('sha256').update(stable).digest('hex'),
  }
}
