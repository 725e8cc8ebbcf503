// The home of one server: the programs of a distribution as links, with configuration, data and logs of its own.
import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { chmodSync, chownSync, copyFileSync, linkSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Account } from './account.ts'
import { certificate } from './certificate.ts'
import type { Address } from './request.ts'

export interface HomeOptions {
  /** What runs the server, where this process must not. */
  account: Account | undefined
  /** Settings of elasticsearch.yml. */
  settings: Record<string, unknown>
  /** TLS on HTTP and a superuser; a certificate valid for that many days. */
  security: { days?: number; names?: readonly string[] } | undefined
}

const log4j = `status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%c{1.}] %m%consoleException%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
`

/** Makes the home and returns what a client needs besides the address. */
export function makeHome(
  distribution: string,
  home: string,
  options: HomeOptions,
): Pick<Address, 'ca' | 'username' | 'password'> {
  for (const part of ['lib', 'modules']) linkTree(join(distribution, part), join(home, part))
  for (const name of ['config/jvm.options.d', 'data', 'logs', 'plugins', 'tmp'])
    mkdirSync(join(home, name), { recursive: true })
  for (const name of ['jvm.options', 'role_mapping.yml', 'roles.yml', 'users', 'users_roles']) {
    copyFileSync(join(distribution, 'config', name), join(home, 'config', name))
  }
  const config = (name: string) => join(home, 'config', name)
  const { secrets, settings } = options.security ? secure(config('.'), options.security) : plain()
  writeFileSync(config('log4j2.properties'), log4j)
  const lines = Object.entries({ ...options.settings, ...settings })
  writeFileSync(config('elasticsearch.yml'), lines.map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`).join(''))
  if (options.account) giveAway(home, options.account)
  return secrets
}

function plain() {
  return { secrets: {}, settings: { 'xpack.security.enabled': false } }
}

function secure(folder: string, security: NonNullable<HomeOptions['security']>) {
  const { ca } = certificate(folder, security)
  const secrets = { ca, username: 'admin', password: randomBytes(12).toString('hex') }
  const salt = randomBytes(32)
  const hash = pbkdf2Sync(secrets.password, salt, 1000, 32, 'sha512')
  const hashed = `{PBKDF2}1000$${salt.toString('base64')}$${hash.toString('base64')}`
  writeFileSync(join(folder, 'users'), `${secrets.username}:${hashed}\n`)
  writeFileSync(join(folder, 'users_roles'), `superuser:${secrets.username}\n`)
  const settings = {
    'xpack.security.enabled': true,
    'xpack.security.http.ssl': { enabled: true, key: 'http.key', certificate: 'http.crt' },
  }
  return { secrets, settings }
}

/** Links cost no room and no time; a copy is for another file system. */
function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) {
      linkTree(source, target)
      continue
    }
    try {
      linkSync(source, target)
    } catch {
      copyFileSync(source, target)
    }
  }
}

/** The server writes in these; the linked programs stay the cache's. */
function giveAway(home: string, { uid, gid }: Account): void {
  chmodSync(home, 0o755)
  chownSync(home, uid, gid)
  for (const part of ['config', 'data', 'logs', 'plugins', 'tmp']) {
    chownSync(join(home, part), uid, gid)
    for (const name of readdirSync(join(home, part), { recursive: true, encoding: 'utf8' })) {
      chownSync(join(home, part, name), uid, gid)
    }
  }
}
