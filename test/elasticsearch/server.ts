// Starts and ends one Elasticsearch.
import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { accountFor } from './account.ts'
import { current, type Distribution, previous, unpacked } from './distribution.ts'
import { findJava } from './find-java.ts'
import { freePort } from './free-port.ts'
import { makeHome } from './home.ts'
import { endGroup, identityOf, isAlive, type ProcessIdentity, signalGroup } from './processes.ts'
import { answers } from './ready.ts'
import type { Address } from './request.ts'
import { currentRun, self, writeJson } from './run.ts'

/** `current`: 9.x, plain. `secure`: the same with TLS, users and API keys. `previous`: a minimal 8.19, plain. */
export type Kind = 'current' | 'secure' | 'previous'

export const kinds: readonly Kind[] = ['current', 'secure', 'previous']

export const distributions: Record<Kind, Distribution> = { current, secure: current, previous }

/** A machine without what a server needs: its tests are skipped, or fail in CI. */
export class NoServerError extends Error {
  override name = 'NoServerError'
}

export interface ServerOptions {
  /** The most the JVM may take: `512m` when not given. */
  heap?: string
  /** More settings for elasticsearch.yml. */
  settings?: Record<string, unknown>
  /** For `secure`: how long its certificate lasts (below 0: expired) and what it is for. */
  certificate?: { days?: number; names?: readonly string[] }
  /** Flags for the JVM in place of the ones for a quick start. */
  javaOptions?: readonly string[]
  /** For other nodes: a free one when not given. */
  transportPort?: number
  /** Name of its folder within the run; one of its own when not given. */
  name?: string
  /** The server goes when this process does: this one when not given. */
  owner?: ProcessIdentity
  /** Called as soon as the address is settled: the process runs, and does not answer yet. */
  onSpawn?: (address: ServerAddress) => void
}

export interface ServerAddress extends Address {
  version: string
}

export interface Server extends ServerAddress {
  port: number
  transportPort: number
  /** What it wrote to its log. */
  log(): string
  /** kill -9: nothing is flushed. */
  kill(): Promise<void>
  /** Stops all its threads, as a long garbage collection does: connections stay open and nobody answers. */
  pause(): void
  resume(): void
  /** Starts again after `kill`: same ports, same data. */
  start(): Promise<void>
  /** Ends it and removes its data. */
  stop(): Promise<void>
}

// the file jvm.options asks for G1, which starts slower and takes more memory
const quickStart = ['-XX:TieredStopAtLevel=1', '-XX:-UseG1GC', '-XX:+UseSerialGC', '-Xshare:auto']

let count = 0

/** A server of the caller's own; resolves when it answers. Ended with the calling process at the latest. */
export async function startServer(kind: Kind, options: ServerOptions = {}): Promise<Server> {
  const distribution = distributions[kind]
  const java = findJava(distribution.java)
  if (!java) throw new NoServerError(`needs Java ${distribution.java} or newer`)
  const program = join(java.home, 'bin/java')
  const account = accountFor(program)
  const programs = await unpacked(distribution).catch((cause: Error) => {
    throw new NoServerError(cause.message, { cause })
  })
  count += 1
  const home = join(currentRun(), options.name ?? `own-${process.pid}-${count}`)
  mkdirSync(home, { recursive: true })
  const port = await freePort()
  const transportPort = options.transportPort ?? (await freePort())
  const secrets = makeHome(programs, home, {
    account,
    security: kind === 'secure' ? (options.certificate ?? {}) : undefined,
    settings: {
      'network.host': '127.0.0.1',
      'http.port': port,
      'transport.port': transportPort,
      // a test server on a full disk still takes documents
      'cluster.routing.allocation.disk.threshold_enabled': false,
      // garbage counts as used otherwise, and a small heap refuses requests now and then
      'indices.breaker.total.use_real_memory': false,
      ...(options.settings && 'cluster.initial_master_nodes' in options.settings
        ? {}
        : { 'discovery.type': 'single-node' }),
      ...options.settings,
    },
  })
  const url = `${kind === 'secure' ? 'https' : 'http'}://127.0.0.1:${port}`
  const address: ServerAddress = { url, version: distribution.version, ...secrets }
  const heap = options.heap ?? '512m'
  const environment = {
    PATH: process.env['PATH'],
    LANG: 'C.UTF-8',
    HOME: home,
    ES_HOME: home,
    ES_PATH_CONF: join(home, 'config'),
    ES_TMPDIR: join(home, 'tmp'),
    ES_DISTRIBUTION_TYPE: 'zip',
    JAVA_TYPE: 'ES_JAVA_HOME',
    ES_JAVA_HOME: java.home,
    JAVA: program,
    CLI_JAVA_OPTS: '',
    ES_JAVA_OPTS: ['-Xms256m', `-Xmx${heap}`, ...(options.javaOptions ?? quickStart)].join(' '),
  }
  const classpath = distribution.classpath.split(':').map((part) => join(home, part))
  const words = [
    ...['-Xms4m', '-Xmx64m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
    ...['-Dcli.name=server', '-Dcli.libs=lib/tools/server-cli', `-Des.path.home=${home}`],
    ...[`-Des.path.conf=${join(home, 'config')}`, '-Des.distribution.type=zip', '-Des.java.type=ES_JAVA_HOME'],
    ...['-cp', classpath.join(':'), distribution.mainClass],
  ]
  const logFile = join(home, 'server.log')
  const log = () => readFileSync(logFile, 'utf8')
  let leader: ProcessIdentity | undefined

  async function start(): Promise<void> {
    const output = openSync(logFile, 'a')
    // a process group of its own: a signal reaches the launcher and its server, and a Ctrl-C neither
    const launcher = spawn(program, words, {
      cwd: home,
      env: environment,
      detached: true,
      stdio: ['ignore', output, output],
      ...account,
    })
    closeSync(output)
    launcher.unref()
    launcher.on('error', () => {})
    leader = launcher.pid === undefined ? undefined : identityOf(launcher.pid)
    if (!leader) throw new Error(`failed to start ${program}: ${log()}`)
    writeJson(join(home, 'server.json'), { leader, owner: options.owner ?? self() })
    options.onSpawn?.(address)
    await answers(address, leader, log)
  }

  async function kill(): Promise<void> {
    if (!leader) return
    signalGroup(leader.pid, 'SIGKILL')
    while (isAlive(leader)) await sleep(20)
  }

  await start()
  return {
    ...address,
    port,
    transportPort,
    log,
    kill,
    start,
    pause: () => leader && signalGroup(leader.pid, 'SIGSTOP'),
    resume: () => leader && signalGroup(leader.pid, 'SIGCONT'),
    async stop() {
      if (leader) await endGroup(leader, 1000)
      rmSync(home, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
