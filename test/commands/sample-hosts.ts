// Documents for the tests of commands: three days of four hosts, one of them silent, one with a file it may not read.
import { minimal } from './mitra.ts'

const fstab = (type: string) => `# <file system> <mount point> <type>\n/dev/sda1 / ${type} defaults 0 1\n`
const sysctl = (somaxconn: number, swappiness: number) =>
  `net.core.somaxconn = ${somaxconn}\nnet.ipv4.tcp_rmem = 4096\t131072\t6291456\nvm.swappiness = ${swappiness}\n`
const hostsFile = (lines: number) =>
  `127.0.0.1 localhost\n${Array.from({ length: lines }, (_, index) => `10.0.0.${index} node${index}.example\n`).join('')}`

function host(name: string, at: string, kernel: string, role: string): object {
  return {
    '@timestamp': at,
    host: { name, ip: ['10.0.0.1', '2001:db8::1'], os: { kernel, name: 'Debian' } },
    file: { path: 'host' },
    event: { dataset: 'mitra.host', kind: 'state' },
    labels: { role },
    content: `Linux ${kernel}\n`,
  }
}

export const sampleHosts: readonly object[] = [
  host('web1', '2026-11-21T03:29:00.250Z', '6.12.48', 'web'),
  host('web2', '2026-11-21T03:29:10.250Z', '4.4.0-210', 'web'),
  host('db1', '2026-11-21T03:28:00.500Z', '4.4.0-31', 'db'),
  host('old1', '2026-11-20T22:00:00.000Z', '2.6.32', 'db'),
  minimal('web1', '/proc/sys', '2026-11-21T03:29:00.100Z', sysctl(128, 60)),
  minimal('web2', '/proc/sys', '2026-11-21T03:29:10.100Z', sysctl(128, 60)),
  minimal('db1', '/proc/sys', '2026-11-21T03:28:00.100Z', sysctl(16384, 1)),
  minimal('web1', '/etc/sysctl.conf', '2026-11-19T08:00:00.000Z', 'net.core.somaxconn = 128\n'),
  minimal('web1', '/etc/sysctl.conf', '2026-11-20T08:00:00.000Z', 'net.core.somaxconn = 1024\n'),
  minimal('web1', '/etc/sysctl.conf', '2026-11-21T01:15:00.125Z', 'net.core.somaxconn = 16384\n'),
  minimal('web1', '/etc/fstab', '2026-11-21T03:29:00.000Z', fstab('ext4')),
  minimal('web2', '/etc/fstab', '2026-11-21T03:29:10.000Z', fstab('xfs')),
  minimal('db1', '/etc/fstab', '2026-11-21T03:28:00.000Z', fstab('ext4')),
  minimal('web1', '/etc/hosts', '2026-11-21T03:29:00.000Z', hostsFile(2)),
  minimal('web2', '/etc/hosts', '2026-11-21T03:29:10.000Z', hostsFile(300)),
  minimal('web1', 'packages', '2026-11-21T03:29:00.000Z', 'curl 8.14.1 amd64\nzsh 5.9 amd64\n'),
  minimal('web2', 'packages', '2026-11-21T03:29:10.000Z', 'curl 7.88.1 amd64\n'),
  {
    ...minimal('db1', '/etc/shadow', '2026-11-21T03:28:00.000Z', ''),
    content: undefined,
    error: { message: 'permission denied' },
  },
  { ...minimal('web2', '/etc/motd', '2026-11-21T02:00:00.000Z', ''), content: undefined, 'file.exists': false },
]
