import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { unzip } from './unzip.ts'

interface Packed {
  name: string
  text: string
  mode?: number
  stored?: boolean
}

/** A zip file as zip(1) writes it, its local headers with an extra field that the directory has not. */
function zipOf(files: readonly Packed[]): Buffer {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, text, mode = 0o644, stored = false } of files) {
    const content = stored ? Buffer.from(text) : deflateRawSync(text)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50)
    local.writeUInt16LE(name.length, 26)
    local.writeUInt16LE(4, 28)
    const body = Buffer.concat([local, Buffer.from(name), Buffer.alloc(4), content])
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50)
    entry.writeUInt16LE(stored ? 0 : 8, 10)
    entry.writeUInt32LE(content.length, 20)
    entry.writeUInt16LE(name.length, 28)
    entry.writeUInt16LE(mode, 40)
    entry.writeUInt32LE(offset, 42)
    bodies.push(body)
    directory.push(entry, Buffer.from(name))
    offset += body.length
  }
  const list = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50)
  end.writeUInt32LE(list.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...bodies, list, end])
}

const files = [
  { name: 'sonar/elasticsearch/lib/', text: '', stored: true },
  { name: 'sonar/elasticsearch/lib/a.jar', text: 'x'.repeat(10_000) },
  { name: 'sonar/elasticsearch/bin/run', text: '#!/bin/sh\n', mode: 0o755, stored: true },
  { name: 'sonar/elasticsearch/../../../escaped', text: 'out of the folder' },
  { name: 'sonar/web/index.html', text: 'not wanted' },
]

test('unpacks what is asked for, packed or stored, with its mode', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mitra-unzip-'))
  const zip = join(folder, 'a.zip')
  writeFileSync(zip, zipOf(files))
  unzip(zip, join(folder, 'out'), (name) => /^sonar\/elasticsearch\/(.+)/.exec(name)?.[1])
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()
  assert.deepEqual(found, ['a.zip', 'out', 'out/bin', 'out/bin/run', 'out/lib', 'out/lib/a.jar'])
  assert.equal(readFileSync(join(folder, 'out/lib/a.jar'), 'utf8'), 'x'.repeat(10_000))
  assert.equal(statSync(join(folder, 'out/bin/run')).mode & 0o777, 0o755)
})

test('a download that broke off is no zip file', () => {
  const zip = join(mkdtempSync(join(tmpdir(), 'mitra-unzip-')), 'a.zip')
  writeFileSync(zip, zipOf(files).subarray(0, -30))
  assert.throws(() => unzip(zip, tmpdir(), () => undefined), /is not a whole zip file/)
})
