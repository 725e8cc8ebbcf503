// /proc/PID/smaps (mappings in order of address, each with its figures) and smaps_rollup (their sums, since Linux 4.14):
// fs/proc/task_mmu.c, Documentation/filesystems/proc.rst. Read in pieces: a process may have 60,000 mappings.
import { parseInteger } from './integer.ts'

export interface SmapsFigures {
  /** Bytes, as the kernel has them; pss since Linux 2.6.25, anonymous since 2.6.36. */
  pss?: number
  /** Private pages, clean and dirty: what would be free if the process ended. */
  uss?: number
  anonymous?: number
  swap?: number
}

export interface Smaps {
  figures: SmapsFigures
  /** Resident bytes of each mapping named [heap], in order of address: a heap may be cut in several. */
  heaps: number[]
}

export interface SmapsReader {
  /** Takes the next piece of the text; false when no more of it is needed. */
  add(text: string): boolean
  result(): Smaps
}

export interface SmapsOptions {
  /** The figures are not wanted: what follows the heap is not needed. */
  heapsOnly: boolean
  /** Where the heap begins, to know that there is none. */
  startBrk?: bigint | undefined
}

const header = /^([0-9a-f]{1,16})-[0-9a-f]{1,16} \S{4} [0-9a-f]+ [0-9a-f]+:[0-9a-f]+ \d+ *(.*)$/
const figure = /^(Rss|Pss|Private_Clean|Private_Dirty|Private_Hugetlb|Anonymous|Swap): +(\d{1,16}) kB$/
/** A line of smaps is an address range and a path, which is at most 4096 bytes, four times that when written in octal. */
const longestLine = 20_000

/** A reader of one text. Sums are undefined where no mapping has the line. */
export function smapsReader({ heapsOnly, startBrk }: SmapsOptions): SmapsReader {
  const sums = new Map<string, number>()
  const heaps: number[] = []
  let rest = ''
  let isHeap = false
  let isOver = false

  const line = (text: string) => {
    const [, address, name] = header.exec(text) ?? []
    if (address !== undefined) {
      isHeap = name === '[heap]'
      if (isHeap) heaps.push(0)
      // the mappings of a heap have no others between them
      const isBeyond = heaps.length > 0 || (startBrk !== undefined && BigInt(`0x${address}`) > startBrk)
      if (heapsOnly && !isHeap && isBeyond) isOver = true
      return
    }
    const [, key = '', digits] = figure.exec(text) ?? []
    const kilobytes = parseInteger(digits)
    if (kilobytes === undefined) return
    const bytes = kilobytes * 1024
    sums.set(key, (sums.get(key) ?? 0) + bytes)
    const last = heaps.length - 1
    if (isHeap && key === 'Rss') heaps[last] = (heaps[last] ?? 0) + bytes
  }

  return {
    add(text) {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      if (rest.length > longestLine) rest = ''
      for (const each of lines) {
        if (isOver) return false
        line(each.trimEnd())
      }
      return !isOver
    },
    result: () => ({ figures: heapsOnly ? {} : figuresOf(sums), heaps }),
  }
}

function figuresOf(sums: ReadonlyMap<string, number>): SmapsFigures {
  const [pss, anonymous, swap] = ['Pss', 'Anonymous', 'Swap'].map((key) => sums.get(key))
  const private_ = ['Private_Clean', 'Private_Dirty', 'Private_Hugetlb'].flatMap((key) => sums.get(key) ?? [])
  return {
    ...(pss !== undefined && { pss }),
    ...(private_.length > 0 && { uss: private_.reduce((sum, each) => sum + each, 0) }),
    ...(anonymous !== undefined && { anonymous }),
    ...(swap !== undefined && { swap }),
  }
}
