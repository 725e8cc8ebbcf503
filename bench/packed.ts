// The program as people install it: packed, unpacked elsewhere, beside this clone's dependencies.
import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

/** Path of the installed program's entry below `folder`. */
export function packedMitra(folder: string): string {
  const top = join(import.meta.dirname, '..')
  const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: top, encoding: 'utf8' })
  const name = packed.trim().split('\n').at(-1) ?? ''
  const target = join(folder, 'node_modules', 'mitra')
  mkdirSync(target, { recursive: true })
  execFileSync('tar', ['-xzf', join(folder, name), '-C', target, '--strip-components=1'])
  symlinkSync(join(top, 'node_modules'), join(target, 'node_modules'))
  return join(target, 'bin', 'mitra.js')
}
