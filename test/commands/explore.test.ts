// `mitra explore` over a store: the address, pages made in the thread, the end.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { main } from '../../src/cli.ts'
import { captured } from './captured-io.ts'
import { mitra, storeOf } from './mitra.ts'
import { sampleHosts } from './sample-hosts.ts'

const store = await storeOf(sampleHosts)

test('prints its address, answers from the store, and ends with the signal', async () => {
  const stop = new AbortController()
  const { io, stdout, stderr } = captured({ signal: stop.signal })
  const running = main(['explore', '--store', store, '--port', '0'], io)
  while (stdout() === '' && stderr() === '') await new Promise((done) => setTimeout(done, 20))
  const [address = ''] = stdout().split('\n')
  assert.match(address, /^http:\/\/127\.0\.0\.1:\d+\/$/, stderr())
  const page = await fetch(`${address}search?q=somaxconn`)
  assert.equal(page.status, 200)
  assert.match(await page.text(), /<mark>somaxconn<\/mark>/)
  const rows = await fetch(`${address}hosts.json`).then((response) => response.json())
  assert.ok((rows as { total: number }).total > 1)
  stop.abort()
  assert.equal(await running, 0)
  await assert.rejects(fetch(address))
})

test('a store that is not there is told at once', async () => {
  const { status, stderr } = await mitra(['explore', '--store', '/nowhere/mitra.db', '--port', '0'])
  assert.equal(status, 2)
  assert.match(stderr, /nowhere/)
})

test('other machines are let in by a login alone', async () => {
  const { status, stderr } = await mitra(['explore', '--store', store, '--port', '0', '--listen', '0.0.0.0'])
  assert.equal(status, 2)
  assert.match(stderr, /on this machine alone.*\n.*web\.token/)
})
