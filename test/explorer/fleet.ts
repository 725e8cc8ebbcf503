// What the browser is shown over both stores: six hosts of the scenario and all that the pages need of their days, in no more
// documents than Elasticsearch takes within seconds.
import type { Document } from '../../src/snapshot/document.ts'
import { scenarioDocuments } from '../scenario/scenario.ts'
import { readScript } from '../scenario/script.ts'

const hosts = ['db1', 'mc4', 'web1', 'web2', 'web3', 'web4']
const firstDay = '2026-11-14'
const lastDay = '2026-11-21'

/** When samples are kept beside those of the last day: a reboot of web2, and what moves the memory of db1. */
const moving: readonly [host: string, from: string, to: string][] = [
  ['mc4', '2026-11-14T00', '2026-11-15'],
  ['web2', '2026-11-15T18', '2026-11-16T06'],
  ['web2', '2026-11-19T10', '2026-11-19T11'],
  ['db1', '2026-11-17T06', '2026-11-17T13'],
  ['db1', '2026-11-17T14:02:50', '2026-11-17T14:03:40'],
  ['db1', '2026-11-17T14:05:40', '2026-11-17T22'],
]

/** In order of time; always the same. */
export async function fleetDocuments(): Promise<Document[]> {
  const script = readScript()
  const actors = script.actors.filter(({ name }) => hosts.includes(name))
  return (await scenarioDocuments({ ...script, actors })).filter(isNeeded)
}

function isNeeded({ 'host.name': name, '@timestamp': at, 'event.kind': kind }: Document): boolean {
  if (kind !== 'metric') return at >= firstDay
  return at >= lastDay || moving.some(([host, from, to]) => name === host && at >= from && at < to)
}
