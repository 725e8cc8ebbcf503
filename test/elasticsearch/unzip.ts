// Unpacks a part of a zip file: neither `unzip` nor a whole unpacking of a gigabyte is needed for it.
// Layout: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (end of central directory, then its entries).
import { closeSync, fstatSync, mkdirSync, openSync, readSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inflateRawSync } from 'node:zlib'

const endOfDirectory = 0x06054b50
const directoryEntry = 0x02014b50

interface Entry {
  name: string
  method: number
  packed: number
  /** Where its local header begins. */
  offset: number
  mode: number
}

/** Writes the files whose name `placeOf` gives a place within `folder`; the others stay packed. */
export function unzip(zip: string, folder: string, placeOf: (name: string) => string | undefined): void {
  const file = openSync(zip, 'r')
  try {
    for (const entry of entriesOf(file, zip)) {
      const place = placeOf(entry.name)
      if (place === undefined || place.split('/').includes('..') || entry.name.endsWith('/')) continue
      const target = join(folder, place)
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, contentOf(file, entry), { mode: entry.mode & 0o111 ? 0o755 : 0o644 })
    }
  } finally {
    closeSync(file)
  }
}

function entriesOf(file: number, zip: string): Entry[] {
  const { size } = fstatSync(file)
  const tail = read(file, Math.max(0, size - 65_557), Math.min(size, 65_557))
  let end = tail.length - 22
  while (end >= 0 && tail.readUInt32LE(end) !== endOfDirectory) end -= 1
  if (end < 0) throw new Error(`${zip} is not a whole zip file`)
  const directory = read(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12))
  const entries: Entry[] = []
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === directoryEntry; ) {
    const nameLength = directory.readUInt16LE(at + 28)
    entries.push({
      method: directory.readUInt16LE(at + 10),
      packed: directory.readUInt32LE(at + 20),
      mode: directory.readUInt16LE(at + 40),
      offset: directory.readUInt32LE(at + 42),
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
    })
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
  }
  return entries
}

function contentOf(file: number, entry: Entry): Buffer {
  const header = read(file, entry.offset, 30)
  // the local header has an extra field of its own length
  const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
  const packed = read(file, start, entry.packed)
  return entry.method === 0 ? packed : inflateRawSync(packed)
}

function read(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let filled = 0; filled < length; ) {
    const count = readSync(file, bytes, filled, length - filled, position + filled)
    if (count === 0) throw new Error('the zip file ends too early')
    filled += count
  }
  return bytes
}
