// A shared server as a container: for a machine with docker, and without Java or a way to Maven Central.
import { execFile, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { certificate } from './certificate.ts'
import { freePort } from './free-port.ts'
import { identityOf, type ProcessIdentity } from './processes.ts'
import { answers } from './ready.ts'
import { writeJson } from './run.ts'
import { distributions, type Kind, type ServerAddress } from './server.ts'

const image = 'docker.elastic.co/elasticsearch/elasticsearch'

/** Whether there is a docker whose daemon answers. */
export function hasDocker(): boolean {
  return spawnSync('docker', ['info'], { stdio: 'ignore', timeout: 10_000 }).status === 0
}

/** Starts a server of Elastic's own image, of the version that the kind has; resolves when it answers. */
export async function startContainer(
  kind: Kind,
  home: string,
  owner: ProcessIdentity,
  onSpawn: (address: ServerAddress) => void,
): Promise<void> {
  const { version } = distributions[kind]
  await promisify(execFile)('docker', ['pull', '--quiet', `${image}:${version}`])
  const port = await freePort()
  const container = `mitra-test-${basename(dirname(home))}-${kind}`
  const settings = {
    'discovery.type': 'single-node',
    'cluster.routing.allocation.disk.threshold_enabled': 'false',
    ES_JAVA_OPTS: '-Xms512m -Xmx512m',
    ...(kind === 'secure' ? {} : { 'xpack.security.enabled': 'false' }),
  }
  const { secrets, environment, volumes } = kind === 'secure' ? secured(home) : plain
  const words = [
    ...['run', '--rm', '--name', container, '--publish', `127.0.0.1:${port}:9200`],
    ...Object.entries({ ...settings, ...environment }).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...volumes,
    `${image}:${version}`,
  ]
  const logFile = join(home, 'server.log')
  const output = openSync(logFile, 'a')
  const attendant = spawn('docker', words, { detached: true, stdio: ['ignore', output, output] })
  closeSync(output)
  attendant.unref()
  attendant.on('error', () => {})
  const leader = attendant.pid === undefined ? undefined : identityOf(attendant.pid)
  if (!leader) throw new Error(`docker run failed: ${readFileSync(logFile, 'utf8')}`)
  writeJson(join(home, 'server.json'), { leader, owner, container })
  const address = { url: `${kind === 'secure' ? 'https' : 'http'}://127.0.0.1:${port}`, version, ...secrets }
  onSpawn(address)
  await answers(address, leader, () => readFileSync(logFile, 'utf8'))
}

const plain = { secrets: {}, environment: {}, volumes: [] }

function secured(home: string) {
  const folder = join(home, 'certificate')
  mkdirSync(folder, { recursive: true })
  const { ca, key } = certificate(folder)
  // of this test run alone, and the server in the container is another user
  chmodSync(key, 0o644)
  const secrets = { ca, username: 'elastic', password: randomBytes(12).toString('hex') }
  const environment = {
    ELASTIC_PASSWORD: secrets.password,
    'xpack.security.enabled': 'true',
    'xpack.security.http.ssl.enabled': 'true',
    'xpack.security.http.ssl.key': 'test/http.key',
    'xpack.security.http.ssl.certificate': 'test/http.crt',
  }
  return { secrets, environment, volumes: ['--volume', `${folder}:/usr/share/elasticsearch/config/test:ro`] }
}
