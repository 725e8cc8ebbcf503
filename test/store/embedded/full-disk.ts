// Fills the file system it is given with documents, then makes room; says what the store does. Run by crash.test.ts.
import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ActionableError, messageOf } from '../../../src/errors.ts'
import { openEmbeddedStore } from '../../../src/store/embedded/driver.ts'
import { documentOf } from '../document-of.ts'

const [folder = ''] = process.argv.slice(2)
const ballast = join(folder, 'ballast')
writeFileSync(ballast, Buffer.alloc(300_000))
const store = await openEmbeddedStore(join(folder, 'mitra.db'), { mustExist: false })
const textOf = (batch: number) => (batch === 0 ? 'text of day 0' : randomBytes(20_000).toString('base64'))
try {
  for (let batch = 0; batch < 100; batch++)
    await store.write([documentOf('h', `/${batch}`, '10:00', { content: textOf(batch) })])
} catch (error) {
  if (!(error instanceof ActionableError)) throw error
  console.log(messageOf(error).replace(/ "[^"]*"/, ''))
}
console.log(`still there: ${(await store.get('h', '/0'))?.content}`)
rmSync(ballast)
const [outcome] = await store.write([documentOf('h', '/after', '10:00', { content: 'after' })])
console.log(`after room was made: ${outcome?.status}`)
await store.close()
