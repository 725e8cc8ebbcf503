// What a host is, as its own files and tables say: nothing here asks the network.
import { arch, machine, networkInterfaces } from 'node:os'
import type { Root } from '../host/root.ts'
import { type Cpus, parseCpuinfo } from '../parsers/cpuinfo.ts'
import { parseMeminfo } from '../parsers/meminfo.ts'
import { parseFibTrie, parseIfInet6 } from '../parsers/net-addresses.ts'
import { type OsRelease, parseOsRelease, parseRedhatRelease } from '../parsers/os-release.ts'
import { parseUptime } from '../parsers/uptime.ts'
import { parseVersion } from '../parsers/version.ts'
import type { Fields } from '../snapshot/document.ts'
import { type ReadLimits, readFirstHostFile } from './host-file.ts'
import { readNetTableIfAny } from './net-table.ts'

/** `host.id`, `host.os.id`, `host.os.name` and `host.os.version`: from files of the host that hardly ever change. */
export async function identityFacts(root: Root, limits: ReadLimits): Promise<Fields> {
  const machineId = await readFirstHostFile(root, ['/etc/machine-id', '/var/lib/dbus/machine-id'], limits)
  const release = await readRelease(root, limits)
  return known({
    'host.id': /^[0-9a-f]{32}$/.exec(machineId?.trim() ?? '')?.[0],
    'host.os.id': release.id,
    'host.os.name': release.name,
    'host.os.version': release.version,
  })
}

async function readRelease(root: Root, limits: ReadLimits): Promise<OsRelease> {
  const text = await readFirstHostFile(root, ['/etc/os-release', '/usr/lib/os-release'], limits)
  if (text !== undefined) return parseOsRelease(text)
  return parseRedhatRelease((await readFirstHostFile(root, ['/etc/redhat-release'], limits)) ?? '')
}

/** `host.os.kernel`, `host.architecture`, `host.boot.id`, `host.uptime` and `host.memory.total`. */
export async function kernelFacts(root: Root, limits: ReadLimits): Promise<Fields> {
  const kernel = kernelLine(root, '/proc/sys/kernel/osrelease') ?? parseVersion(kernelText(root, '/proc/version'))
  return known({
    'host.os.kernel': kernel,
    'host.architecture': await architecture(root, kernel, limits),
    'host.boot.id': kernelLine(root, '/proc/sys/kernel/random/boot_id'),
    'host.uptime': parseUptime(kernelText(root, '/proc/uptime')),
    'host.memory.total': parseMeminfo(kernelText(root, '/proc/meminfo'))['meminfo.MemTotal'],
  })
}

/** `host.ip` and `host.mac`: of this machine as Node knows them, of another root from its tables. Without the loopback. */
export function addressFacts(root: Root): Fields {
  const { ip, mac } = root.base === '/' ? ownAddresses() : tableAddresses(root)
  return known({
    'host.ip': ip.length > 0 ? [...new Set(ip)].sort() : undefined,
    'host.mac': mac.length > 0 ? [...new Set(mac.map(eui))].sort() : undefined,
  })
}

interface Addresses {
  ip: string[]
  mac: string[]
}

function ownAddresses(): Addresses {
  const outer = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal }) => !internal)
  return { ip: outer.map(({ address }) => address), mac: outer.map(({ mac }) => mac).filter(isMac) }
}

function tableAddresses(root: Root): Addresses {
  const ip = [
    ...parseFibTrie(readNetTableIfAny(root, 'fib_trie')),
    ...parseIfInet6(readNetTableIfAny(root, 'if_inet6')),
  ]
  const interfaces = namesIn(root, '/sys/class/net').filter((name) => name !== 'lo')
  const mac = interfaces.map((name) => kernelLine(root, `/sys/class/net/${name}/address`) ?? '').filter(isMac)
  return { ip, mac }
}

/** Reads the processors. A read of /proc/cpuinfo interrupts every processor, so it is done again only when their set changes. */
export function cpuReader(): (root: Root) => Fields {
  let last: { online: string | undefined; cpus: Cpus } | undefined
  return (root) => {
    const online = kernelLine(root, '/sys/devices/system/cpu/online')
    if (last === undefined || last.online !== online || online === undefined)
      last = { online, cpus: parseCpuinfo(kernelText(root, '/proc/cpuinfo')) }
    const { count, model } = last.cpus
    return known({ 'host.cpu.count': count > 0 ? count : undefined, 'host.cpu.model': model })
  }
}

/** As `uname -m`. Another root has no such call: its kernel’s name for itself says it, or what its packages are made for. */
async function architecture(root: Root, kernel: string | undefined, limits: ReadLimits): Promise<string | undefined> {
  if (root.base === '/') return machine() || arch()
  const own = kernelLine(root, '/proc/sys/kernel/arch')
  if (own !== undefined) return own
  const suffix = kernel?.split(/[.-]/).findLast((part) => machines.has(part))
  const packaged = suffix ?? (await readFirstHostFile(root, ['/var/lib/dpkg/arch', '/etc/apk/arch'], limits))
  const name = packaged?.split('\n')[0]?.trim()
  return name === undefined ? undefined : (machines.get(name) ?? name)
}

/** What distributions call a machine, and what `uname -m` does. */
const machines = new Map([
  ['amd64', 'x86_64'],
  ['x86_64', 'x86_64'],
  ['i386', 'i686'],
  ['i686', 'i686'],
  ['x86', 'i686'],
  ['arm64', 'aarch64'],
  ['aarch64', 'aarch64'],
  ['armhf', 'armv7l'],
  ['armv7', 'armv7l'],
  ['ppc64el', 'ppc64le'],
  ['ppc64le', 'ppc64le'],
  ['riscv64', 'riscv64'],
  ['s390x', 's390x'],
])

function kernelText(root: Root, path: string): string {
  try {
    return root.readKernelText(path)
  } catch {
    // One fact that cannot be read is one line less: the document says that the host is alive.
    return ''
  }
}

function kernelLine(root: Root, path: string): string | undefined {
  return kernelText(root, path).split('\n')[0]?.trim() || undefined
}

function namesIn(root: Root, path: string): string[] {
  try {
    return root.list(path).map((name) => name.replace(/\/$/, ''))
  } catch {
    return []
  }
}

function isMac(text: string): boolean {
  return /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(text) && !/^[0:]*$/.test(text)
}

/** The spelling of ECS. */
function eui(mac: string): string {
  return mac.toUpperCase().replaceAll(':', '-')
}

function known(facts: Record<string, Fields[string] | undefined>): Fields {
  return Object.fromEntries(
    Object.entries(facts).filter((fact): fact is [string, Fields[string]] => fact[1] !== undefined),
  )
}
