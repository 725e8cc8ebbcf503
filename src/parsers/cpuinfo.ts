// /proc/cpuinfo: arch/*/kernel/cpu/proc.c, a block for each processor; its words differ from architecture to architecture.

export interface Cpus {
  count: number
  /** Of the first processor that names one: arm64 kernels name none. */
  model?: string
}

const modelLine = /^(?:model name|cpu model|Processor|cpu|machine)\s*:\s*(\S.{0,200}?)\s*$/m

/** Processors that are online, and what they are. */
export function parseCpuinfo(text: string): Cpus {
  const blocks = text.match(/^processor\s*:\s*\d+/gm)?.length ?? 0
  const total = Number(/^# processors\s*:\s*(\d{1,6})\s*$/m.exec(text)?.[1] ?? blocks)
  const model = modelLine.exec(text)?.[1]
  return model === undefined ? { count: total } : { count: total, model }
}
