// /proc/cpuinfo: arch/*/kernel/cpu/proc.c, a block for each processor; its words differ from architecture to architecture.

export interface Cpus {
  count: number
  /** Of the first processor that names one: arm64 kernels name none. */
  model?: string
}

/** The best name first: a MIPS kernel says both which processor and which board it is. */
const modelLines = ['model name', 'cpu model', 'Processor', 'cpu', 'machine'].map(
  (name) => new RegExp(`^${name}[ \\t]*:[ \\t]*(\\S.{0,200})`, 'm'),
)

/** Processors that are online, and what they are. */
export function parseCpuinfo(text: string): Cpus {
  const blocks = text.match(/^processor[ \t]*:[ \t]*\d+/gm)?.length ?? 0
  const total = Number(/^# processors[ \t]*:[ \t]*(\d{1,6})\b/m.exec(text)?.[1] ?? blocks)
  const model = firstMatch(text, modelLines)?.trim()
  if (model === undefined) return { count: total }
  // A kernel for one processor does not always number it.
  return { count: Math.max(total, 1), model }
}

function firstMatch(text: string, shapes: readonly RegExp[]): string | undefined {
  for (const shape of shapes) {
    const found = shape.exec(text)?.[1]
    if (found !== undefined) return found
  }
  return undefined
}
