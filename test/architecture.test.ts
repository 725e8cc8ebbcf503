// Holds the arrows between the folders of src, and the one owner of each dependency.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { test } from 'node:test'

const src = join(import.meta.dirname, '../src')

/** Folder → folders of src it may import from (itself, errors.ts and pacer.ts always). */
const arrows: Record<string, readonly string[]> = {
  parsers: ['snapshot'],
  snapshot: [],
  query: ['snapshot'],
  host: ['snapshot'],
  sources: ['host', 'parsers', 'snapshot'],
  sqlite: [],
  store: ['query', 'snapshot', 'sqlite'],
  delivery: ['store', 'snapshot', 'sqlite'],
  history: ['store', 'query', 'parsers', 'snapshot'],
  config: ['snapshot'],
  agent: ['host', 'sources', 'delivery', 'store', 'snapshot', 'config', 'log.ts'],
  commands: [
    'agent',
    'config',
    'delivery',
    'history',
    'host',
    'sources',
    'store',
    'query',
    'snapshot',
    'log.ts',
    'log-file.ts',
    'terminal',
    'explorer',
    'kibana',
  ],
  terminal: ['query', 'snapshot'],
  explorer: ['history', 'store', 'query', 'snapshot', 'terminal'],
  kibana: ['store', 'snapshot'],
}

/** Dependency → the one file or folder of src that imports it; SQLite has two uses, which share no table. */
const owners: Record<string, string | readonly string[]> = {
  'js-yaml': ['config/yaml.ts', 'parsers/structured-text.ts'],
  'smol-toml': 'parsers/structured-text.ts',
  valibot: 'config/',
  'node-cron': 'agent/schedule.ts',
  winston: 'log.ts',
  chokidar: 'host/watch.ts',
  commander: 'cli.ts',
  koffi: ['host/netlink.ts', 'host/kernel-clock.ts'],
  hono: 'explorer/',
  '@hono/node-server': 'explorer/front.ts',
  diff: 'history/',
  '@elastic/elasticsearch': 'store/elasticsearch/',
  'node:sqlite': ['sqlite/', 'store/embedded/', 'delivery/outbox'],
}

const imports = globSync('**/*.ts', { cwd: src }).flatMap((file) => {
  const text = readFileSync(join(src, file), 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => ({ file, target: match[1] ?? '' }))
})

test('imports between folders follow the arrows', () => {
  const against: string[] = []
  for (const { file, target } of imports) {
    const from = file.split('/')[0] ?? ''
    if (!target.startsWith('.') || !file.includes('/')) continue
    const to = relative(src, resolve(src, dirname(file), target)).split('/')[0] ?? ''
    if (to === from || to === 'errors.ts' || to === 'pacer.ts') continue
    if (!arrows[from]?.includes(to)) against.push(`${file} imports ${target}`)
  }
  assert.deepEqual(against, [])
})

test('each dependency has one owner', () => {
  const strangers = imports.filter(({ file, target }) => {
    const owner = owners[target]
    return owner !== undefined && ![owner].flat().some((place) => file.startsWith(place))
  })
  assert.deepEqual(strangers, [])
})

test('each folder of src has its arrows declared', () => {
  const folders = new Set(globSync('*/**/*.ts', { cwd: src }).map((file) => file.split('/')[0] ?? ''))
  assert.deepEqual(
    [...folders].filter((folder) => !arrows[folder]),
    [],
  )
})
