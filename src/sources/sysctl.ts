// The kernel's settings: effective ones from the tree of /proc/sys as one document, configured ones from the files of sysctl(8).
import { createHash } from 'node:crypto'
import type { Root } from '../host/root.ts'
import { parseSysctl, parseSysctlConf, withoutVolatileSysctls } from '../parsers/sysctl.ts'
import type { Fields } from '../snapshot/document.ts'
import type { Observation } from '../snapshot/observation.ts'
import { failedObservation } from './failed-observation.ts'
import type { Collect, Format, Pass, SourceDefinition } from './source.ts'
import { SysctlTree } from './sysctl-tree.ts'

const path = '/proc/sys'
const dataset = 'mitra.sysctl'

/** As systemd-sysctl(8) and sysctl(8) look for them. */
const configuration = /^\/etc\/sysctl\.conf$|^\/(?:etc|run|usr\/lib|usr\/local\/lib|lib)\/sysctl\.d\/[^/]+\.conf$/

const effective: Format = {
  dataset,
  kind: 'state',
  matches: (candidate) => candidate === path,
  fields: parseSysctl,
  stable: withoutVolatileSysctls,
}

const configured: Format = {
  dataset: 'mitra.file',
  kind: 'state',
  matches: (candidate) => configuration.test(candidate),
  fields: parseSysctlConf,
}

export const sysctl: SourceDefinition = {
  name: 'sysctl',
  summary: 'The kernel’s settings in effect, the whole tree of /proc/sys as `sysctl -a` prints it.',
  kind: 'state',
  enabledByDefault: true,
  paths: [path],
  fields: [
    {
      name: 'sysctl.*',
      type: 'keyword',
      summary:
        'A setting under its own name, as `sysctl.net.core.somaxconn`: a number, several numbers, or text. In effect where ' +
        '`file.path` is /proc/sys, configured where it is /etc/sysctl.conf or a file of sysctl.d. Settings of single ' +
        'interfaces other than `all`, `default` and `lo` are found in `content` only.',
    },
  ],
  formats: [effective, configured],
  create: collectSysctl,
}

function collectSysctl(): Collect {
  let tree: { root: Root; reader: SysctlTree } | undefined
  let seen: Understood | undefined

  async function observe({ root, now, signal }: Pass): Promise<Observation | undefined> {
    const about = { path, dataset, kind: 'state', at: now() } as const
    try {
      if (tree?.root !== root) tree = { root, reader: new SysctlTree(root) }
      const text = await tree.reader.read(signal)
      if (text === undefined) return undefined
      if (!seen?.stable.equals(text.stable)) seen = understand(text.stable)
      const fields = { ...seen.fields, ...parseSysctl(text.volatile.toString('utf8')) }
      return { ...about, content: text.whole.toString('utf8'), fields, fingerprint: seen.fingerprint }
    } catch (error) {
      return failedObservation(about, error)
    }
  }

  return async function* (pass) {
    const observation = await observe(pass)
    if (observation) yield observation
  }
}

interface Understood {
  stable: Buffer
  fingerprint: string
  fields: Fields
}

/** Parsing and hashing wait until a setting changes: on most passes none does. */
function understand(stable: Buffer): Understood {
  return {
    stable: Buffer.from(stable),
    fingerprint: createHash('sha256').update(stable).digest('hex'),
    fields: parseSysctl(stable.toString('utf8')),
  }
}
