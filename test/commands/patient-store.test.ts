import assert from 'node:assert/strict'
import { test } from 'node:test'
import { patientStore } from '../../src/commands/patient-store.ts'
import type { Document } from '../../src/snapshot/document.ts'
import type { SearchRequest, Store } from '../../src/store/store.ts'
import { createWaiting } from '../../src/terminal/progress.ts'
import { captured } from './captured-io.ts'

const request: SearchRequest = { condition: { kind: 'all' }, view: { kind: 'latest' } }

/** A store each of whose documents takes two seconds. */
function slow(pass: (milliseconds: number) => void): { store: Store; closed: () => boolean } {
  let closed = false
  const search: Store['search'] = async function* () {
    try {
      for (const path of ['/a', '/b', '/c']) {
        pass(2000)
        yield { 'host.name': 'web1', 'file.path': path } as Document
      }
    } finally {
      closed = true
    }
  }
  return { store: { search } as Partial<Store> as Store, closed: () => closed }
}

test('a slow search says that it is waited for, never between two documents, and ends when its reader does', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const { io, both } = captured({ terminal: true })
  let now = 0
  const { store, closed } = slow((milliseconds) => {
    now += milliseconds
    t.mock.timers.tick(milliseconds)
  })
  const waiting = createWaiting({ ...io, now: () => now }, 'waiting')
  for await (const document of patientStore(store, waiting).search(request)) {
    await io.stdout.write(`${document['file.path']}\n`)
    if (document['file.path'] === '/b') break
  }
  waiting.end()
  assert.equal(both(), '\rwaiting, 2.0 s\x1b[K\r\x1b[K/a\n\rwaiting, 4.0 s\x1b[K\r\x1b[K/b\n')
  assert.equal(closed(), true)
})
