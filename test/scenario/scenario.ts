// Twelve hosts over ten days, as the documents their agents would have sent: README.md tells who they are and what happens.
import type { Document } from '../../src/snapshot/document.ts'
import type { Store } from '../../src/store/store.ts'
import { readFixture } from './fixture.ts'
import { momentsOf, startAfter } from './moments.ts'
import { readScript, type Script } from './script.ts'
import { ScriptedAgent } from './scripted-agent.ts'
import { ScriptedHost } from './scripted-host.ts'

/** When the tests take place: at noon after the ten days. */
export const scenarioNow = Date.parse('2026-11-21T12:00:00Z')

const batchDocuments = 500

/** All documents, in order of time; always the same, to the byte. */
export async function scenarioDocuments(script: Script = readScript()): Promise<Document[]> {
  const kinds = [...new Set(script.actors.map(({ like }) => like))]
  const fixtures = new Map(await Promise.all(kinds.map(async (kind) => [kind, await readFixture(kind)] as const)))
  const documents: Document[] = []
  for (const actor of script.actors) {
    const host = new ScriptedHost(actor, fixtures.get(actor.like)!, script)
    const agent = new ScriptedAgent(host, actor.labels)
    let quietUntil = 0
    for (const moment of momentsOf(actor.name, script)) {
      if ('read' in moment) {
        if (moment.at >= quietUntil) await agent.read(moment)
        continue
      }
      host.apply(moment.event, new Date(moment.at))
      quietUntil = Math.max(quietUntil, startAfter(moment.event, moment.at) ?? 0)
    }
    documents.push(...agent.documents)
  }
  return documents.sort((one, other) => compare(one['@timestamp'], other['@timestamp']))
}

/** Writes them into a store, in order of time; answers how many there are. */
export async function loadScenario(store: Pick<Store, 'write'>): Promise<number> {
  const documents = await scenarioDocuments()
  for (let from = 0; from < documents.length; from += batchDocuments) {
    const outcomes = await store.write(documents.slice(from, from + batchDocuments))
    const rejected = outcomes.find(({ status }) => status === 'rejected')
    if (rejected) throw new Error(`the store rejects a document of the scenario: ${JSON.stringify(rejected)}`)
  }
  return documents.length
}

/** One document a line, as `mitra import` takes them. */
export async function scenarioLines(): Promise<string> {
  return (await scenarioDocuments()).map((document) => `${JSON.stringify(document)}\n`).join('')
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other)
}
