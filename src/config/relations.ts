// What settings ask of each other: defaults that follow from others, and combinations that contradict themselves.
import { dirname, join } from 'node:path'
import type { Path } from './mistake.ts'
import type { Values } from './settings.ts'
import { webContradictions } from './web-relations.ts'

/**
 * Defaults that depend on what else is given; their rows say so. `isGiven`: whether the file gives a setting a value. Values
 * may be of any type still, here and below: what breaks its own rule is told elsewhere.
 */
export function applyImplied(values: Values, isGiven: (...path: Path) => boolean): void {
  const { store, indexer, delivery } = values
  const named = isGiven('store', 'elasticsearch', 'nodes') || isGiven('indexer', 'es_host')
  if (named && !isGiven('store', 'driver')) store.driver = 'elasticsearch'
  const listed = Array.isArray(indexer.files) && indexer.files.length > 0
  if (listed && !isGiven('indexer', 'files_if_present')) indexer.files_if_present = []
  if (!isGiven('delivery', 'dead_letters') && typeof delivery.path === 'string')
    delivery.dead_letters = deadLettersBeside(delivery.path)
}

/** Where the dead letters lie unless the configuration says otherwise. */
export function deadLettersBeside(outbox: string): string {
  return join(dirname(outbox), 'dead-letters.ndjson')
}

/** Tells what contradicts itself, each with the key it is told at. */
export function contradictions(
  values: Values,
  isGiven: (...path: Path) => boolean,
  tell: (path: Path, text: string) => void,
): void {
  const { store, delivery, retention } = values
  parsedFiles(values, tell)
  webContradictions(values, isGiven, tell)
  const hasNodes = isGiven('store', 'elasticsearch', 'nodes')
  const hasHost = isGiven('indexer', 'es_host')
  if (hasNodes && hasHost)
    tell(
      ['store', 'elasticsearch', 'nodes'],
      'store.elasticsearch.nodes and indexer.es_host both say where Elasticsearch is, give one of them',
    )
  if (store.driver === 'elasticsearch' && !hasNodes && !hasHost)
    tell(
      ['store', 'driver'],
      'store.driver elasticsearch needs store.elasticsearch.nodes or indexer.es_host, neither is given',
    )
  if (hasNodes && isGiven('indexer', 'es_port'))
    tell(
      ['indexer', 'es_port'],
      'indexer.es_port is for indexer.es_host, write the port into each of store.elasticsearch.nodes',
    )
  authentication(isGiven, tell)
  encryption(values, hasNodes, hasHost, isGiven, tell)
  if (delivery.path === store.embedded.path)
    tell(['delivery', 'path'], 'delivery.path must differ from store.embedded.path')
  if (delivery.path === delivery.dead_letters)
    tell(['delivery', 'dead_letters'], 'delivery.dead_letters must differ from delivery.path')
  for (const age of ['warm', 'cold'] as const)
    if (retention[age].tier !== undefined && retention[age].attribute !== undefined)
      tell(
        ['retention', age, 'attribute'],
        `retention.${age}.tier and retention.${age}.attribute both say where to, give one of them`,
      )
  const [warm, cold] = [retention.warm, retention.cold]
  const areNumbers = typeof warm.after === 'number' && typeof cold.after === 'number'
  if (moves(warm) && moves(cold) && areNumbers && cold.after <= warm.after)
    tell(
      ['retention', 'cold', 'after'],
      `retention.cold.after must be more than retention.warm.after (${warm.after}), got ${cold.after}`,
    )
}

/** Fields need a name to stand under, and a name needs fields. */
function parsedFiles({ indexer }: Values, tell: (path: Path, text: string) => void): void {
  for (const list of ['files', 'files_if_present'] as const) {
    const entries: readonly unknown[] = Array.isArray(indexer[list]) ? indexer[list] : []
    for (const [index, entry] of entries.entries()) {
      if (typeof entry !== 'object' || entry === null) continue
      const has = (name: string) => Object.hasOwn(entry, name)
      const tellOf = (name: string, other: string) =>
        tell(
          ['indexer', list, String(index), name],
          `indexer.${list}[${index}].${name} needs ${other} beside it, which is not given`,
        )
      if (has('parse') && !has('as')) tellOf('parse', 'as')
      for (const name of ['as', 'keys']) if (has(name) && !has('parse')) tellOf(name, 'parse')
    }
  }
}

/** Whether days of this age are moved at all. */
function moves({ tier, attribute }: { tier: unknown; attribute: unknown }): boolean {
  return tier !== undefined || attribute !== undefined
}

function authentication(isGiven: (...path: Path) => boolean, tell: (path: Path, text: string) => void): void {
  const has = (name: string) => isGiven('store', 'elasticsearch', name)
  const ways = ['api_key', 'username', 'bearer_token'].filter(has)
  const [first, second] = ways
  if (first !== undefined && second !== undefined)
    tell(
      ['store', 'elasticsearch', second],
      `${ways.map((name) => `store.elasticsearch.${name}`).join(' and ')} are different ways to authenticate, give one of them`,
    )
  for (const [name, other] of [
    ['username', 'password'],
    ['password', 'username'],
  ] as const)
    if (has(name) && !has(other))
      tell(
        ['store', 'elasticsearch', name],
        `store.elasticsearch.${name} needs store.elasticsearch.${other}, which is not given`,
      )
}

/** An authority given for connections that are not encrypted would be a false comfort: everything would go in the clear. */
function encryption(
  { store }: Values,
  hasNodes: boolean,
  hasHost: boolean,
  isGiven: (...path: Path) => boolean,
  tell: (path: Path, text: string) => void,
): void {
  const plain = [store.elasticsearch.nodes ?? []]
    .flat()
    .some((node) => typeof node === 'string' && /^http:/i.test(node))
  for (const name of ['ca', 'ca_fingerprint']) {
    if (!isGiven('store', 'elasticsearch', name)) continue
    if (hasNodes && plain)
      tell(['store', 'elasticsearch', name], `store.elasticsearch.${name} is for https, write https in every node`)
    else if (!hasNodes && hasHost)
      tell(
        ['store', 'elasticsearch', name],
        `store.elasticsearch.${name} is for https, write store.elasticsearch.nodes in place of indexer.es_host`,
      )
  }
}
