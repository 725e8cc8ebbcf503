import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { hostName } from '../../src/host/identity.ts'
import { Root } from '../../src/host/root.ts'

const base = mkdtempSync(join(tmpdir(), 'mitra-identity-'))
after(() => rmSync(base, { recursive: true, force: true }))
const root = new Root(base)

test('an override comes first, then the kernel of this machine', () => {
  assert.equal(hostName(root, 'given'), 'given')
  assert.equal(hostName(new Root()), hostname())
  assert.equal(hostName(new Root(), ''), hostname())
})

test('another root has its own name, or must be given one', () => {
  assert.throws(() => hostName(root), { name: 'ActionableError', next: 'set `host:` in the configuration' })
  mkdirSync(join(base, 'proc/sys/kernel'), { recursive: true })
  writeFileSync(join(base, 'proc/sys/kernel/hostname'), 'from-kernel\n')
  assert.equal(hostName(root), 'from-kernel')
  mkdirSync(join(base, 'etc/hostname'), { recursive: true })
  assert.throws(() => hostName(root), /not a regular file/)
  rmSync(join(base, 'etc/hostname'), { recursive: true })
  writeFileSync(join(base, 'etc/hostname'), '# a comment\r\n\r\n from-file  x\r\n')
  assert.equal(hostName(root), 'from-file')
})
