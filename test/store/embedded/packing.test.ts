// What is packed comes back, and what is kept for long is no slice of something larger.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openDatabase } from '../../../src/store/embedded/database.ts'
import { Packer } from '../../../src/store/embedded/packing.ts'
import { collected } from '../../garbage.ts'

const text = (number: number) => `MemFree: ${number} kB\n`.repeat(20)

test('packs against the first thing of its owner, also after it has forgotten it', async () => {
  const database = await openDatabase(join(mkdtempSync(join(tmpdir(), 'mitra-packing-')), 'mitra.db'), {
    mustExist: false,
  })
  const packer = new Packer(database)
  const [first, second] = [1, 2].map((number) => packer.pack('meminfo', Buffer.from(text(number))))
  packer.forget()
  const third = packer.pack('meminfo', Buffer.from(text(3)))
  const other = packer.pack('vmstat', Buffer.from(text(4)))
  assert.equal(third.dictionary_id, first?.dictionary_id)
  assert.notEqual(other.dictionary_id, third.dictionary_id)
  const unpacked = [first, second, third, other].map((packed) => packed && packer.unpack(packed))
  assert.deepEqual(unpacked, [1, 2, 3, 4].map(text))
  assert.ok(third.data.length < 40)
  database.close()
})

/** Of buffers. */
async function heldBytes(): Promise<number> {
  await collected()
  return process.memoryUsage().arrayBuffers
}

test('two hundred small dictionaries keep no pool of buffers alive', async () => {
  const database = await openDatabase(join(mkdtempSync(join(tmpdir(), 'mitra-packing-')), 'mitra.db'), {
    mustExist: false,
  })
  const packer = new Packer(database)
  const before = await heldBytes()
  for (let owner = 0; owner < 200; owner++) {
    packer.pack(`owner ${owner}`, Buffer.from(text(owner)))
    // others take their share of each pool, so that every dictionary would hold one of its own
    for (let share = 0; share < 20; share++) Buffer.from('x'.repeat(4000))
  }

  assert.ok((await heldBytes()) - before < 4_000_000)
  assert.ok(packer.pack('owner 1', Buffer.from(text(1))).dictionary_id)
  database.close()
})

test('bytes of any length and kind come back, and the whole dictionary is within reach', async () => {
  const database = await openDatabase(join(mkdtempSync(join(tmpdir(), 'mitra-packing-')), 'mitra.db'), {
    mustExist: false,
  })
  const packer = new Packer(database)
  for (const length of [95, 96, 97, 125, 126, 4000, 8061, 8062, 16_253, 16_254, 32_767, 32_768, 32_769]) {
    const bytes = Buffer.from(randomBytes(length).toString('base64').slice(0, length))
    const other = Buffer.from(randomBytes(length).toString('base64').slice(0, length))
    const packed = [bytes, bytes, other].map((each) => packer.pack(`owner of ${length}`, each))
    assert.deepEqual(
      packed.map((each) => packer.unpack(each)),
      [bytes, bytes, other].map(String),
    )
    if (length >= 96 && length < 32_000) assert.ok((packed[1]?.data.length ?? 0) < length / 60 + 10, String(length))
  }
  database.close()
})
