// The questions the stores are measured by.
import type { open } from '../src/index.ts'

export type Library = Awaited<ReturnType<typeof open>>

export interface Question {
  asks: string
  /** In the library; gives how many were found. */
  library(mitra: Library): Promise<number>
  command: string[]
  /** The same of the files: all days, or the newest where the question is about now. */
  ripgrep: string[]
}

const count = async (rows: AsyncIterable<unknown>) => {
  let number = 0
  for await (const _ of rows) number++
  return number
}

/** Ten typical questions; about a first, a newest and some day between. */
export function questionsAbout(days: { firstDay: string; someDay: string; lastDay: string }): Question[] {
  const { firstDay, someDay, lastDay } = days
  return [
    {
      asks: 'hosts with somaxconn 128 now',
      library: async (mitra) => (await mitra.hosts('sysctl.net.core.somaxconn:128')).hosts.length,
      command: ['hosts', 'sysctl.net.core.somaxconn:128'],
      ripgrep: ['-l', '^net.core.somaxconn = 128$', '-g', '**/proc/sys', lastDay],
    },
    {
      asks: 'fstab with ext4 now',
      library: async (mitra) => count(mitra.search('filename:/etc/fstab AND content:ext4')),
      command: ['search', 'filename:/etc/fstab AND content:ext4', '--json'],
      ripgrep: ['-w', 'ext4', '-g', '**/etc/fstab', lastDay],
    },
    {
      asks: 'the phrase "swappiness 1" now',
      library: async (mitra) => count(mitra.search('"swappiness 1"')),
      command: ['search', '"swappiness 1"', '--json'],
      ripgrep: ['-i', '\\bswappiness\\W+1\\b', lastDay],
    },
    {
      asks: 'hosts without a package',
      library: async (mitra) => (await mitra.hosts('', { without: ['package.name:f-package-5'] })).hosts.length,
      command: ['hosts', '--without', 'package.name:f-package-5'],
      ripgrep: ['--files-without-match', '^f-package-5 ', '-g', '**/packages', lastDay],
    },
    {
      asks: 'values of vm.swappiness now',
      library: async (mitra) => (await mitra.values('sysctl.vm.swappiness')).values.length,
      command: ['values', 'sysctl.vm.swappiness'],
      ripgrep: ['-oI', '^vm.swappiness = .*', '-g', '**/proc/sys', lastDay],
    },
    {
      asks: 'MemFree below 15 GB now',
      library: async (mitra) => (await mitra.hosts('meminfo.MemFree:<15000000000')).hosts.length,
      command: ['hosts', 'meminfo.MemFree:<15000000000'],
      ripgrep: ['-I', '^MemFree: +(\\d{1,7}|1[0-3]\\d{6}|14[0-5]\\d{5}) kB', '-g', '**/proc/meminfo', lastDay],
    },
    {
      asks: 'a wildcard in any text now',
      library: async (mitra) => count(mitra.search('content:nginx_conf*')),
      command: ['search', 'content:nginx_conf*', '--fields', 'host.name,file.path'],
      ripgrep: ['-li', 'nginx_conf', lastDay],
    },
    {
      asks: 'dirty_ratio over 20 on a past day',
      library: async (mitra) => count(mitra.search('sysctl.vm.dirty_ratio:>20', { day: someDay })),
      command: ['search', 'sysctl.vm.dirty_ratio:>20', '--day', someDay, '--fields', 'host.name,sysctl.vm.dirty_ratio'],
      ripgrep: ['^vm.dirty_ratio = (2[1-9]|[3-9]\\d|\\d{3})', '-g', '**/proc/sys', someDay],
    },
    {
      asks: 'a line in any version of any file',
      library: async (mitra) => count(mitra.search('"changed on day 7"', { history: true })),
      command: ['search', '"changed on day 7"', '--history', '--fields', 'host.name,file.path,@timestamp'],
      ripgrep: ['-l', 'changed on day 7$'],
    },
    {
      asks: 'a rare word on any day',
      library: async (mitra) => count(mitra.search('content:web0008', { from: firstDay, to: lastDay })),
      command: [
        'search',
        'content:web0008',
        '--from',
        firstDay,
        '--to',
        lastDay,
        '--fields',
        'host.name,file.path,@timestamp',
      ],
      ripgrep: ['-lw', 'web0008'],
    },
  ]
}
