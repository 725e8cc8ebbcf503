// A simulated fleet: minimal documents with the real texts of this machine's kernel tables, moved from host to host and day
// to day as a fleet moves them. The same seed gives the same fleet on the same machine.
import { readFileSync } from 'node:fs'
import { Root } from '../src/host/root.ts'
import { sysctl } from '../src/sources/sysctl.ts'

export interface FleetOptions {
  hosts: number
  days: number
  /** Milliseconds since the epoch of the first day. */
  start: number
}

export interface SimulatedDocument {
  '@timestamp': string
  'host.name': string
  'file.path': string
  content: string
  'labels.role': string
}

const dayMs = 86_400_000
const roles = ['web', 'web', 'web', 'db', 'cache', 'proxy', 'batch', 'log'] as const

/** 30 documents for each host and day, day by day as an import from a fleet brings them. */
export async function* simulatedFleet({ hosts, days, start }: FleetOptions): AsyncIterable<SimulatedDocument> {
  const templates = await readTemplates()
  if (days === 1) {
    // no host has to be kept for the next day
    for (let index = 0; index < hosts; index++) yield* new SimulatedHost(index, templates).documents(start, 0)
    return
  }
  const fleet = Array.from({ length: hosts }, (_, index) => new SimulatedHost(index, templates))
  for (let day = 0; day < days; day++) {
    for (const host of fleet) yield* host.documents(start + day * dayMs, day)
  }
}

interface Templates {
  counters: Map<string, string>
  sysctl: string
  packages: string[]
}

async function readTemplates(): Promise<Templates> {
  const counters = new Map<string, string>()
  for (const path of ['/proc/meminfo', '/proc/vmstat', '/proc/zoneinfo', '/proc/buddyinfo', '/proc/loadavg']) {
    counters.set(path, readText(path))
  }
  counters.set('netstat -s', netstatText())
  return { counters, sysctl: await settingsOfThisMachine(), packages: packageLines() }
}

class SimulatedHost {
  readonly #name: string
  readonly #role: string
  readonly #random: () => number
  readonly #templates: Templates
  readonly #state = new Map<string, string>()

  constructor(index: number, templates: Templates) {
    this.#role = roles[index % roles.length] ?? 'web'
    this.#name = `${this.#role}${String(index).padStart(4, '0')}.example.net`
    this.#random = randomNumbers(index + 1)
    this.#templates = templates
    for (const [path, content] of configurationFiles(this.#name, this.#role, index, this.#random))
      this.#state.set(path, content)
    this.#state.set('/proc/sys', this.#sysctl(index))
    this.#state.set('packages', templates.packages.filter((_, line) => line % 97 !== index % 97).join(''))
  }

  *documents(day: number, number: number): Iterable<SimulatedDocument> {
    if (number > 0 && this.#random() < 0.03) this.#change(number)
    const at = new Date(day + Math.floor(this.#random() * dayMs)).toISOString()
    const document = (path: string, content: string): SimulatedDocument => ({
      '@timestamp': at,
      'host.name': this.#name,
      'file.path': path,
      content,
      'labels.role': this.#role,
    })
    for (const [path, text] of this.#templates.counters) yield document(path, this.#moved(text))
    for (const [path, text] of this.#state) yield document(path, text)
    yield document(
      'host',
      `kernel 6.1.${number % 40}\nuptime ${Math.floor(this.#random() * 1e7)}\narchitecture x86_64\n`,
    )
  }

  #sysctl(index: number): string {
    const somaxconn = index % 10 === 0 ? 128 : 4096
    const swappiness = index % 25 === 0 ? 1 : 60
    return this.#templates.sysctl
      .replace(/^net\.core\.somaxconn = .*$/m, `net.core.somaxconn = ${somaxconn}`)
      .replace(/^vm\.swappiness = .*$/m, `vm.swappiness = ${swappiness}`)
      .replace(/^kernel\.hostname = .*$/m, `kernel.hostname = ${this.#name}`)
      .replace(/^fs\.file-max = .*$/m, `fs.file-max = ${800_000 + Math.floor(this.#random() * 1000)}`)
  }

  #change(number: number): void {
    const paths = [...this.#state.keys()]
    const path = paths[Math.floor(this.#random() * paths.length)] ?? '/proc/sys'
    const text = this.#state.get(path) ?? ''
    if (path === '/proc/sys')
      this.#state.set(path, text.replace(/^vm\.dirty_ratio = .*$/m, `vm.dirty_ratio = ${10 + (number % 30)}`))
    else
      this.#state.set(
        path,
        path === 'packages' ? text.replace(/^(a\S+ )(\S+)/m, `$1${number}.$2`) : `${text}# changed on day ${number}\n`,
      )
  }

  #moved(text: string): string {
    return text.replace(/\b\d{2,}\b/g, (number) => String(Math.floor(Number(number) * (0.5 + this.#random()))))
  }
}

function* configurationFiles(
  name: string,
  role: string,
  index: number,
  random: () => number,
): Iterable<[string, string]> {
  const address = `10.${(index >> 8) & 255}.${index & 255}.7`
  const disk = index % 3 === 0 ? 'xfs' : 'ext4'
  yield [
    '/etc/hosts',
    `127.0.0.1 localhost\n${address} ${name} ${name.split('.')[0]}\n${lines(40, (line) => `10.0.0.${line} service${line}.example.net service${line}`)}`,
  ]
  yield [
    '/etc/fstab',
    `UUID=${hex(random, 8)}-${hex(random, 4)} / ${disk} errors=remount-ro 0 1\nproc /proc proc defaults 0 0\n`,
  ]
  yield ['/etc/resolv.conf', 'nameserver 10.0.0.53\nnameserver 10.0.1.53\nsearch example.net\n']
  yield [
    '/etc/sysctl.conf',
    `vm.swappiness = ${index % 25 === 0 ? 1 : 60}\nnet.ipv4.tcp_fin_timeout = 7\n# role ${role}\n`,
  ]
  yield [
    '/etc/passwd',
    lines(35, (line) => `user${line}:x:${1000 + line}:${1000 + line}:User ${line}:/home/user${line}:/bin/bash`),
  ]
  yield ['/etc/group', lines(35, (line) => `user${line}:x:${1000 + line}:`)]
  yield ['/etc/os-release', 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n']
  yield ['/proc/version', `Linux version 6.1.0-${20 + (index % 8)}-amd64 (debian-kernel@lists.debian.org) #1 SMP\n`]
  const names = [
    'ssh/sshd_config',
    'security/limits.conf',
    'ntp.conf',
    'chrony/chrony.conf',
    'crontab',
    'nsswitch.conf',
    'login.defs',
    'nginx/nginx.conf',
    'rsyslog.conf',
    'logrotate.conf',
    'sudoers.d/admins',
    'apt/sources.list',
    'default/grub',
  ]
  for (const file of names) {
    yield [
      `/etc/${file}`,
      `# ${file}\n${lines(30 + file.length, (line) => `${file.replace(/\W/g, '_')}_option${line} ${line * 7} # role ${line % 5 === 0 ? role : 'any'}`)}`,
    ]
  }
}

/** What the netstat source prints, from the tables it reads. */
function netstatText(): string {
  const text: string[] = []
  for (const path of ['/proc/net/snmp', '/proc/net/netstat']) {
    const rows = readText(path).split('\n')
    for (let row = 0; row + 1 < rows.length; row += 2) {
      const [names = [], values = []] = [rows[row]?.split(' '), rows[row + 1]?.split(' ')]
      for (let column = 1; column < names.length; column++)
        text.push(`${(names[0] ?? '').replace(':', '')}.${names[column]} ${values[column]}`)
    }
  }
  return `${text.join('\n')}\n`
}

/** The text of the sysctl source. */
export async function settingsOfThisMachine(): Promise<string> {
  for await (const { content } of sysctl.create()({
    root: new Root('/'),
    now: Date.now,
    signal: new AbortController().signal,
  })) {
    if (content !== undefined) return content
  }
  throw new Error('this machine has no /proc/sys to make a fleet of')
}

function readText(path: string): string {
  return readFileSync(path, 'utf8')
}

function packageLines(): string[] {
  return Array.from(
    { length: 450 },
    (_, index) =>
      `${String.fromCharCode(97 + (index % 26))}-package-${index} ${index % 9}.${index % 17}.${index % 5}-${index % 3}+deb12u1 amd64\n`,
  )
}

function lines(count: number, line: (number: number) => string): string {
  return Array.from({ length: count }, (_, number) => `${line(number)}\n`).join('')
}

function hex(random: () => number, digits: number): string {
  return Math.floor(random() * 16 ** digits)
    .toString(16)
    .padStart(digits, '0')
}

/** mulberry32: small, seeded, good enough to spread values. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
