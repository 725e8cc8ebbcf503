// Configuration files whose keys become fields, `config.<name>.<key>`: the known ones, and those the configuration names.
import { messageOf } from '../errors.ts'
import { compileGlob, globMatches, isGlob } from '../host/glob.ts'
import { parseGroupFile, parsePasswdFile, withoutPasswords } from '../parsers/accounts.ts'
import { type ConfigValues, configFields } from '../parsers/config-values.ts'
import { parseCrontab } from '../parsers/crontab.ts'
import { parseCsvTable } from '../parsers/csv-table.ts'
import { parseFstab } from '../parsers/fstab.ts'
import { parseHosts } from '../parsers/hosts-file.ts'
import { parseLimitsConf } from '../parsers/limits-conf.ts'
import { parseResolvConf } from '../parsers/resolv-conf.ts'
import {
  parseSettings,
  parseShellVariables,
  parseSpaced,
  parseWordLists,
  type SettingsText,
} from '../parsers/settings-text.ts'
import { readSshdConfig, sshdFields } from '../parsers/sshd-config.ts'
import { structureParser } from '../parsers/structured-text.ts'
import { parseTimeServers } from '../parsers/time-servers.ts'
import type { Fields } from '../snapshot/document.ts'
import type { Format } from './source.ts'

/** More text than anyone keeps settings in: reading it would hold the agent up. */
const mostCharacters = 1_000_000

interface Known {
  /** Paths and globs. */
  paths: readonly string[]
  fields(content: string): Fields
  withoutSecrets?(content: string): string
}

const known: readonly Known[] = [
  {
    paths: ['/etc/ssh/sshd_config', '/etc/ssh/sshd_config.d/*.conf'],
    fields: (content) => sshdFields(readSshdConfig(content)),
  },
  { paths: ['/etc/login.defs'], fields: settings('login_defs', parseSpaced) },
  { paths: ['/etc/security/limits.conf', '/etc/security/limits.d/*.conf'], fields: named('limits', parseLimitsConf) },
  { paths: ['/etc/resolv.conf'], fields: named('resolv', parseResolvConf) },
  { paths: ['/etc/hosts'], fields: named('hosts', parseHosts) },
  { paths: ['/etc/fstab'], fields: named('fstab', parseFstab) },
  { paths: ['/etc/passwd'], fields: named('passwd', parsePasswdFile), withoutSecrets: withoutPasswords },
  { paths: ['/etc/group'], fields: named('group', parseGroupFile), withoutSecrets: withoutPasswords },
  { paths: ['/etc/crontab', '/etc/cron.d/*'], fields: named('cron', parseCrontab) },
  { paths: ['/etc/default/grub', '/etc/default/grub.d/*.cfg'], fields: named('grub', parseShellVariables) },
  { paths: ['/etc/ntp.conf', '/etc/ntpsec/ntp.conf'], fields: named('ntp', parseTimeServers) },
  {
    paths: [
      '/etc/chrony.conf',
      '/etc/chrony.d/*.conf',
      '/etc/chrony/chrony.conf',
      '/etc/chrony/conf.d/*.conf',
      '/etc/chrony/sources.d/*.sources',
    ],
    fields: named('chrony', parseTimeServers),
  },
  { paths: ['/etc/nsswitch.conf'], fields: named('nsswitch', parseWordLists) },
  { paths: ['/etc/selinux/config'], fields: named('selinux', parseShellVariables) },
  ...['coredump', 'journald', 'logind', 'networkd', 'resolved', 'system', 'timesyncd'].map((name) => ({
    paths: [`/etc/systemd/${name}.conf`],
    fields: settings(name === 'system' ? 'systemd' : name, parseSettings),
  })),
]

/** The known files, for the registry. */
export const knownConfigFormats: readonly Format[] = known.map(({ paths, fields, withoutSecrets }) => ({
  ...textFormat(matcherOf(paths), fields),
  ...(withoutSecrets && { withoutSecrets }),
}))

export type ParseKind = 'keyvalue' | 'ini' | 'json' | 'yaml' | 'toml' | 'space' | 'csv'

/** A configured file, glob or folder that is to be understood. */
export interface ParsedEntry {
  path: string
  parse: ParseKind
  /** Its fields are `config.<as>.*`. */
  as: string
  /** Keys a document may have; the usual bound when absent. */
  keys?: number | undefined
}

/** The formats the configuration adds, the first that covers a path counts; what they need is loaded now. */
export async function configuredFormats(entries: readonly ParsedEntry[]): Promise<Format[]> {
  return Promise.all(
    entries.map(async ({ path, parse, as, keys }) => {
      const read = await parserOf(parse)
      return textFormat(matcherOf([path]), (content) => {
        try {
          const { values, rest } = read(content)
          if (values.size === 0 && /\S/.test(content)) return failure(`found no settings, read as ${parse}`)
          return { ...configFields(as, values, keys), ...unread(rest, content) }
        } catch (error) {
          return failure(`failed to read as ${parse}: ${firstLine(messageOf(error))}`)
        }
      })
    }),
  )
}

async function parserOf(kind: ParseKind): Promise<(text: string) => SettingsText> {
  switch (kind) {
    case 'keyvalue':
    case 'ini':
      return parseSettings
    case 'space':
      return parseSpaced
    case 'csv':
      return whole(parseCsvTable)
    default:
      return whole(await structureParser(kind))
  }
}

/** Of what is understood as a whole or not at all. */
function whole(parse: (text: string) => ConfigValues): (text: string) => SettingsText {
  return (text) => ({ values: parse(text), rest: [] })
}

function named(name: string, parse: (text: string) => ConfigValues): (content: string) => Fields {
  return settings(name, whole(parse))
}

function settings(name: string, parse: (text: string) => SettingsText): (content: string) => Fields {
  return (content) => {
    const { values, rest } = parse(content)
    return { ...configFields(name, values), ...unread(rest, content) }
  }
}

function textFormat(matches: (path: string) => boolean, fields: (content: string) => Fields): Format {
  return {
    dataset: 'mitra.file',
    kind: 'state',
    matches,
    fields: (content) =>
      content.length > mostCharacters ? failure(`not read: more than ${mostCharacters} characters`) : fields(content),
  }
}

function failure(reason: string): Fields {
  return { 'config.error': reason }
}

/** Says which lines of a text of settings set nothing; they are not quoted, as they may be secrets. */
function unread(rest: readonly string[], content: string): Fields {
  const [first] = rest
  if (first === undefined) return {}
  const line = 1 + content.split('\n').findIndex((each) => each.trimEnd() === first)
  return failure(
    rest.length === 1 ? `line ${line} sets nothing` : `${rest.length} lines set nothing, the first is line ${line}`,
  )
}

/** A parser's message may go on to quote the file. */
function firstLine(message: string): string {
  return (message.split('\n', 1)[0] ?? '').slice(0, 300)
}

/** Whether a path is one of these, or lies in one that is a folder. */
function matcherOf(paths: readonly string[]): (path: string) => boolean {
  const plain = new Set(paths.filter((path) => !isGlob(path)).map((path) => path.replace(/(?<=.)\/+$/, '')))
  const globs = paths.filter(isGlob).map(compileGlob)
  return (path) =>
    plain.has(path) ||
    [...plain].some((folder) => path.startsWith(`${folder}/`)) ||
    globs.some((glob) => globMatches(glob, path))
}
