// Fills the file system it is given through an outbox, then makes room and delivers; says what the outbox does. Run by
// crash.test.ts.
import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openOutbox } from '../../src/delivery/outbox.ts'
import { ActionableError, messageOf } from '../../src/errors.ts'
import { snapshot } from './open.ts'

const [folder = ''] = process.argv.slice(2)
const ballast = join(folder, 'ballast')
writeFileSync(ballast, Buffer.alloc(300_000))
const log = { info() {}, warn() {}, error: (message: string) => console.log(message) }
const outbox = await openOutbox({ path: join(folder, 'outbox.db'), maxBytes: 1e9, log, now: Date.now })
const all = { maxBytes: 1e9, maxParcels: 1e4, busy: new Set<number>() }
let accepted = 0
try {
  for (; accepted < 200; accepted++)
    outbox.write([snapshot(`/${accepted}`, randomBytes(20_000).toString('base64'), accepted)])
} catch (error) {
  if (!(error instanceof ActionableError)) throw error
  console.log(`${messageOf(error).replace(/ "[^"]*"/, '')}; ${error.next}`)
}
const queued = outbox.read(outbox.oldest(all)).map(({ document }) => document['file.path'])
console.log(queued.join() === Array.from(queued, (_path, index) => `/${index}`).join() ? 'in order' : 'in disorder')
console.log(`accepted and not there: ${accepted - queued.length}`)
rmSync(ballast)
const [outcome] = outbox.write([snapshot('/after', 'after', 1000)])
console.log(`after room was made: ${outcome?.status}`)
outbox.settle(outbox.read(outbox.oldest(all)), [])
console.log(`delivered and not deleted: ${outbox.figures().queued_documents}`)
outbox.close()
