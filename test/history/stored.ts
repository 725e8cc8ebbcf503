// Documents in a store of their own, for the tests of what is asked of time.
import { join } from 'node:path'
import { after } from 'node:test'
import { importedDocument } from '../../src/commands/imported-document.ts'
import { openEmbeddedStore } from '../../src/store/embedded/driver.ts'
import type { Store } from '../../src/store/store.ts'
import { temporaryFolder } from '../commands/mitra.ts'

/** An open store with documents as `mitra import` takes them; it goes when the tests of the file are over. */
export async function stored(documents: readonly object[]): Promise<Store> {
  const store = await openEmbeddedStore(join(temporaryFolder(), 'mitra.db'), { mustExist: false })
  after(() => store.close())
  await store.write(documents.map((each) => importedDocument(JSON.parse(JSON.stringify(each)))))
  return store
}

/** A `host` document: which boot, and how long ago it was. */
export function hostDocument(host: string, at: string, boot: string, uptime: number): object {
  const content = `host.boot.id ${boot}\nhost.uptime ${uptime}\n`
  return { '@timestamp': at, 'host.name': host, 'file.path': 'host', content }
}

/** Lines as /proc/meminfo has them, of figures in kB. */
export function meminfoText(kilobytes: Record<string, number>): string {
  return Object.entries(kilobytes)
    .map(([name, size]) => `${`${name}:`.padEnd(16)}${String(size).padStart(8)} kB\n`)
    .join('')
}

/** Lines as /proc/vmstat and netstat -s have them here. */
export function counterText(counters: Record<string, number>): string {
  return Object.entries(counters)
    .map(([name, count]) => `${name} ${count}\n`)
    .join('')
}
