// Hosts whose kernel does not do what their own files say: /proc/sys beside sysctl.conf and sysctl.d.

import { isRandomSysctl, isSecretSysctl, isUnreadSysctl, isVolatileSysctl, readSettings } from '../parsers/sysctl.ts'
import {
  type ConfiguredSetting,
  isSameSetting,
  isSysctlFile,
  readSysctlFiles,
  settingsAskedFor,
} from '../parsers/sysctl-files.ts'
import type { Condition } from '../query/ast.ts'
import type { Coverage, Selected, Store, View } from '../store/store.ts'
import { hasValue } from './conditions.ts'
import { settingsPath } from './drift.ts'

export interface EffectiveRequest {
  /** Only hosts with a document that matches. */
  universe?: Condition
  /** Only this setting, without `sysctl.`. */
  key?: string
  view: View
  /** Hosts last seen before this time (milliseconds since the epoch) count as silent. */
  silentBefore: number
}

/** A setting that is not in effect as configured. */
export interface Deviation {
  host: string
  key: string
  configured: string
  /** Undefined: the kernel of the host has no such setting. */
  effective: string | undefined
  /** The file that has the last word on it. */
  file: string
}

export interface EffectiveAnswer {
  /** By host and key. */
  deviations: Deviation[]
  /** Hosts with settings in effect and in files. */
  compared: number
  /** Hosts with a file that could not be read, which may ask for something else than the others say. */
  unread: string[]
  /** `matched`: hosts with settings in effect. */
  coverage: Coverage
}

/** Compares every host with its own files. Reads the text of both: some 60 kB of a host. */
export async function effectiveDrift(store: Store, request: EffectiveRequest): Promise<EffectiveAnswer> {
  const { universe, view, silentBefore, key } = request
  const all = [hasValue('file.path', settingsPath)]
  const { hosts, coverage } = await store.hosts({ all, without: [], ...(universe && { universe }), view, silentBefore })
  const wanted = new Set(hosts.map(({ name }) => name))
  const answer: EffectiveAnswer = { deviations: [], compared: 0, unread: [], coverage }
  for await (const sources of byHost(store, view)) {
    if (!wanted.has(sources.host)) continue
    if (sources.isUnread) answer.unread.push(sources.host)
    if (sources.effective === undefined || sources.files.size === 0) continue
    answer.compared++
    for (const deviation of deviationsOf(sources.host, sources.files, sources.effective))
      if (key === undefined || deviation.key === key) answer.deviations.push(deviation)
  }
  return answer
}

/** What is not as the files (path to text) say, by key; `effective` is the text of `sysctl -a`. */
export function deviationsOf(host: string, files: ReadonlyMap<string, string>, effective: string): Deviation[] {
  const values = settingsIn(effective)
  return Array.from(settingsAskedFor(readSysctlFiles(files), values.keys))
    .map(([key, setting]) => ({ key, setting, effective: values.get(key) }))
    .filter(({ key, setting, effective: value }) => differs(key, setting, value))
    .map(({ key, setting: { value, file }, effective: held }) => ({
      host,
      key,
      configured: value,
      effective: held,
      file,
    }))
    .sort((one, other) => (one.key < other.key ? -1 : 1))
}

/** The settings of a text of a thousand, of which most hosts are asked for a dozen: they are read when it takes all of them. */
function settingsIn(text: string): { get(key: string): string | undefined; keys(): Iterable<string> } {
  let all: Map<string, string> | undefined
  const read = () => {
    all ??= new Map(Array.from(readSettings(text), ({ key, value }) => [key, value]))
    return all
  }
  const lines = `\n${text}`
  return {
    keys: () => read().keys(),
    get(key) {
      const start = lines.indexOf(`\n${key} = `)
      if (start === -1) return read().get(key)
      const from = start + key.length + 4
      const end = lines.indexOf('\n', from)
      return lines.slice(from, end === -1 ? undefined : end).trim()
    },
  }
}

function differs(key: string, { value, mayFail }: ConfiguredSetting, effective: string | undefined): boolean {
  if (effective !== undefined) return !isSameSetting(value, effective)
  // what is never stored is not missing
  return !mayFail && ![isSecretSysctl, isRandomSysctl, isVolatileSysctl, isUnreadSysctl].some((is) => is(key))
}

interface HostSources {
  host: string
  effective: string | undefined
  files: Map<string, string>
  isUnread: boolean
}

/** The documents of one host at a time: a store gives them in the order of hosts. */
async function* byHost(store: Store, view: View): AsyncGenerator<HostSources> {
  let sources: HostSources | undefined
  const fields = ['content', 'file.exists', 'error.message']
  for await (const document of store.select({ condition: sysctlPaths, view, fields })) {
    if (sources?.host !== document.host) {
      if (sources) yield sources
      sources = { host: document.host, effective: undefined, files: new Map(), isUnread: false }
    }
    add(sources, document)
  }
  if (sources) yield sources
}

function add(sources: HostSources, { path, names, values }: Selected): void {
  const held = (name: string) => values[names.indexOf(name)]
  const content = held('content')
  if (path === settingsPath) sources.effective = content === undefined ? undefined : String(content)
  else if (isSysctlFile(path) && held('file.exists') !== false) {
    // without a text it still hides files of its name: a link to /dev/null is there for that
    sources.files.set(path, String(content ?? ''))
    if (content === undefined && held('error.message') !== undefined) sources.isUnread = true
  }
}

const sysctlPaths: Condition = {
  kind: 'bool',
  must: [],
  should: [
    hasValue('file.path', settingsPath),
    hasValue('file.path', '/etc/sysctl.conf'),
    { kind: 'value_pattern', field: 'file.path', pattern: { kind: 'wildcard', source: '/*/sysctl.d/*.conf' } },
  ],
  must_not: [],
}
