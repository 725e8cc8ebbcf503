// Start-up: whole processes of the built program against a bare Node.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbeddedStore } from '../src/store/embedded/driver.ts'
import { rounded, table, timedInTurn } from './measure.ts'
import { packedMitra } from './packed.ts'

export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mitra-bench-'))
  try {
    const mitra = packedMitra(folder)
    const path = join(folder, 'small.db')
    const store = await openEmbeddedStore(path, { mustExist: false })
    for (const host of ['web1', 'web2']) {
      await store.write([
        {
          '@timestamp': new Date().toISOString(),
          'host.name': host,
          'file.path': '/etc/fstab',
          'event.dataset': 'mitra.file',
          'event.kind': 'state',
          content: '/dev/sda1 / ext4\n',
        },
      ])
    }
    await store.close()
    const commands = {
      'node -e 0': [process.execPath, '-e', '0'],
      'mitra --version': [process.execPath, mitra, '--version'],
      'mitra --help': [process.execPath, mitra, '--help'],
      'mitra search ext4': [process.execPath, mitra, 'search', 'ext4', '--store', path],
      'mitra hosts content:ext4': [process.execPath, mitra, 'hosts', 'content:ext4', '--store', path],
      'mitra hosts NOT vmstat.pgfault:1': [process.execPath, mitra, 'hosts', 'NOT vmstat.pgfault:1', '--store', path],
    }
    const spreads = timedInTurn(Object.values(commands), 20)
    const base = spreads[0]?.p50 ?? Number.NaN
    console.log('## Start-up: the packed program, whole processes, 20 runs in turn\n')
    table(
      ['command', 'p50 ms', 'p95 ms', 'times node -e 0'],
      Object.keys(commands).map((name, index) => {
        const { p50, p95 } = spreads[index] ?? { p50: Number.NaN, p95: Number.NaN }
        return [name, rounded(p50), rounded(p95), rounded(p50 / base, 2)]
      }),
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}
