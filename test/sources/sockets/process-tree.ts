// A /proc with processes that have sockets open, made by a test.
import { mkdirSync, rmSync, symlinkSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { Root } from '../../../src/host/root.ts'
import { putFile, treeOf } from '../observed.ts'

export class ProcessTree {
  readonly base = treeOf()
  readonly root = new Root(this.base)

  constructor() {
    mkdirSync(join(this.base, 'proc'))
  }

  /** A process that called itself `name` at a start in clock ticks. */
  start(pid: number, name: string, more: { ticks?: number; cgroup?: string; command?: string[]; net?: number } = {}) {
    const { ticks = 100, cgroup = '/', command = [name], net } = more
    const after = Array.from({ length: 30 }, () => 0)
    putFile(
      this.base,
      `proc/${pid}/stat`,
      `${pid} (${name}) S 1 ${pid} ${pid} 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 ${ticks} ${after.join(' ')}\n`,
    )
    putFile(this.base, `proc/${pid}/status`, 'VmRSS:\t    1234 kB\n')
    putFile(this.base, `proc/${pid}/cmdline`, `${command.join('\0')}\0`)
    putFile(this.base, `proc/${pid}/cgroup`, `0::${cgroup}\n`)
    mkdirSync(join(this.base, `proc/${pid}/fd`), { recursive: true })
    if (net === undefined) return
    mkdirSync(join(this.base, `proc/${pid}/ns`), { recursive: true })
    symlinkSync(`net:[${net}]`, join(this.base, `proc/${pid}/ns/net`))
  }

  open(pid: number, descriptor: number, inode: number): void {
    symlinkSync(`socket:[${inode}]`, join(this.base, `proc/${pid}/fd/${descriptor}`))
  }

  close(pid: number, descriptor: number): void {
    unlinkSync(join(this.base, `proc/${pid}/fd/${descriptor}`))
  }

  end(pid: number): void {
    rmSync(join(this.base, `proc/${pid}`), { recursive: true })
  }
}
