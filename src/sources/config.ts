// What configuration files say, as fields. Most are read as files; here is what several files make together, or links say.
import { hash } from 'node:crypto'
import { NoDataError } from '../errors.ts'
import { configFields } from '../parsers/config-values.ts'
import { readSshdConfig, sshdFields } from '../parsers/sshd-config.ts'
import { parseSystemdUnits } from '../parsers/systemd-units.ts'
import type { Observation } from '../snapshot/observation.ts'
import { knownConfigFormats } from './config-formats.ts'
import { failedObservation } from './failed-observation.ts'
import type { Collect, Format, Pass, SourceDefinition } from './source.ts'
import { readSshdSettings, sshdConfigPath } from './sshd-settings.ts'
import { createUnitReader, unitsFolder } from './systemd-units.ts'

const dataset = 'mitra.config'

const sshd: Format = {
  dataset,
  kind: 'state',
  matches: (path) => path === 'sshd',
  fields: (content) => sshdFields(readSshdConfig(content)),
}

const units: Format = {
  dataset,
  kind: 'state',
  matches: (path) => path === 'systemd units',
  fields: (content) => configFields('systemd', parseSystemdUnits(content)),
}

export const config: SourceDefinition = {
  name: 'config',
  summary:
    'What several files of the configuration make together: the settings of sshd with what it includes, and the units of systemd that are enabled, masked or changed.',
  kind: 'state',
  enabledByDefault: true,
  paths: ['sshd', 'systemd units'],
  reads: [sshdConfigPath, unitsFolder],
  fields: [
    {
      name: 'config.*',
      type: 'keyword',
      summary:
        'What a known or configured file says of a key, as `config.sshd.PermitRootLogin`: a number, a text, true or false, or ' +
        'several of these. `config.sshd.match.*` holds for some connections only. At the path `sshd` are the settings of all ' +
        'its files together, at the path of a file what that file says by itself.',
    },
    {
      name: 'config.error',
      type: 'keyword',
      summary:
        'Why the text, or which of its lines, could not be read as settings; it is found in `content` all the same.',
    },
    {
      name: 'config.left_out',
      type: 'long',
      unit: 'count',
      summary: 'Keys and values beyond the bounds, which are found in `content` only.',
    },
  ],
  formats: [sshd, units, ...knownConfigFormats],
  create: collectConfig,
}

function collectConfig(): Collect {
  const readUnits = createUnitReader()
  return async function* (pass) {
    const found = [
      await observe('sshd', sshd, readSshdSettings, pass),
      await observe('systemd units', units, readUnits, pass),
    ]
    const observations = found.filter((observation) => observation !== undefined)
    if (observations.length === 0) throw new NoDataError('neither sshd nor systemd on this host')
    yield* observations
  }
}

async function observe(
  path: string,
  format: Format,
  read: (pass: Pass) => Promise<string | undefined>,
  pass: Pass,
): Promise<Observation | undefined> {
  const about = { path, dataset, kind: 'state', at: pass.now() } as const
  try {
    const content = await read(pass)
    if (content === undefined) return undefined
    const fingerprint = hash('sha256', content)
    if (pass.isStored?.(path, fingerprint, about.at)) return { ...about, fields: {}, fingerprint }
    return { ...about, content, fields: format.fields(content), fingerprint }
  } catch (error) {
    if (pass.signal.aborted) throw error
    return failedObservation(about, error)
  }
}
