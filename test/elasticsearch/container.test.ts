// The way to a server by docker, with a program in its place that notes what it is asked and answers as Elasticsearch does.
import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { test } from 'node:test'
import { hasDocker, startContainer } from './container.ts'
import { endServer, self } from './run.ts'
import { distributions, type ServerAddress } from './server.ts'

const folder = mkdtempSync(join(tmpdir(), 'mitra-container-'))
const asked = join(folder, 'asked')

const program = `#!${process.execPath}
const { appendFileSync, readFileSync } = require('node:fs')
const words = process.argv.slice(2)
appendFileSync(${JSON.stringify(asked)}, words.join(' ') + '\\n')
const after = (name) => words.filter((_, index) => words[index - 1] === name)
if (words[0] === 'run') {
  const [, port] = after('--publish')[0].split(':')
  const [volume] = after('--volume')
  const at = (name) => readFileSync(volume.split(':')[0] + '/' + name)
  const answer = (_, response) => response.end('{"status":"green"}')
  const server = volume
    ? require('node:https').createServer({ key: at('http.key'), cert: at('http.crt') }, answer)
    : require('node:http').createServer(answer)
  server.listen(port, '127.0.0.1')
}
`

test('a container has the version, the port, and security where the kind has it; its end removes it', async (t) => {
  const path = process.env['PATH']
  t.after(() => Object.assign(process.env, { PATH: path }))
  writeFileSync(join(folder, 'docker'), program)
  chmodSync(join(folder, 'docker'), 0o755)
  process.env['PATH'] = `${folder}${delimiter}${path}`
  assert.ok(hasDocker())
  for (const kind of ['current', 'secure', 'previous'] as const) {
    const home = join(folder, 'run-1', kind)
    mkdirSync(home, { recursive: true })
    t.after(() => endServer(home))
    let address: ServerAddress | undefined
    await startContainer(kind, home, self(), (given) => {
      address = given
    })
    assert.equal(address?.version, distributions[kind].version)
    assert.equal(address?.password !== undefined, kind === 'secure')
    await endServer(home)
    const lines = readFileSync(asked, 'utf8').trim().split('\n').slice(-3)
    const name = `mitra-test-run-1-${kind}`
    const image = `docker.elastic.co/elasticsearch/elasticsearch:${distributions[kind].version}`
    assert.equal(lines[0], `pull --quiet ${image}`)
    const [, port] = /:(\d+)$/.exec(address!.url) ?? []
    assert.ok(lines[1]?.startsWith(`run --rm --name ${name} --publish 127.0.0.1:${port}:9200 --env `), lines[1])
    assert.ok(lines[1]?.endsWith(image), lines[1])
    assert.ok(lines[1]?.includes(`xpack.security.enabled=${kind === 'secure'}`), lines[1])
    assert.equal(lines[2], `rm --force --volumes ${name}`)
  }
})

test('a machine without docker has none', (t) => {
  const path = process.env['PATH']
  t.after(() => Object.assign(process.env, { PATH: path }))
  process.env['PATH'] = join(folder, 'nowhere')
  assert.ok(!existsSync(join(folder, 'nowhere')))
  assert.equal(hasDocker(), false)
})
