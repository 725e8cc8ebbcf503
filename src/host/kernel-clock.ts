// What the kernel knows of how well its clock is kept: adjtimex(2), which no file tells. Asked through koffi, an optional dependency
// that netlink.ts uses too.

/** The kernel's own words for a leap second that is due or happening. */
export type Leap = 'insert' | 'delete' | 'happening' | 'happened'

export interface KernelClock {
  /** Whether a time service has kept it within bounds lately: without one the kernel forgets within a day. */
  isSynchronized: boolean
  /** What is still to be corrected, in milliseconds; a negative one sets the clock back. */
  offsetMs: number
  /** How far off it may be at most, and is probably, in milliseconds. */
  maxErrorMs: number
  estimatedErrorMs: number
  /** By how many parts in a million the clock is made faster. */
  frequencyPpm: number
  leap?: Leap
}

const leaps: readonly (Leap | undefined)[] = [undefined, 'insert', 'delete', 'happening', 'happened']
const unsynchronized = 0x40
const nanoseconds = 0x2000
/** `struct timex` where a long has 64 bits. */
const structBytes = 208

/** Reads struct timex as the kernel filled it in, and what the call returned. */
export function kernelClockOf(timex: Buffer, state: number): KernelClock {
  const longs = new BigInt64Array(timex.buffer, timex.byteOffset, structBytes / 8)
  const long = (index: number) => Number(longs[index])
  const status = new Int32Array(timex.buffer, timex.byteOffset, structBytes / 4)[10] ?? 0
  const leap = leaps[state]
  return {
    isSynchronized: (status & unsynchronized) === 0,
    offsetMs: long(1) / (status & nanoseconds ? 1e6 : 1e3),
    frequencyPpm: long(2) / 65_536,
    maxErrorMs: long(3) / 1000,
    estimatedErrorMs: long(4) / 1000,
    ...(leap && { leap }),
  }
}

export type ReadKernelClock = () => KernelClock | undefined

/**
 * A reader of this machine's clock, which gives undefined where the kernel does not answer: in a container it may not be allowed.
 * Undefined without koffi and on machines of 32 bits.
 */
export async function loadKernelClock(): Promise<ReadKernelClock | undefined> {
  if (process.arch === 'arm' || process.arch === 'ia32') return undefined
  const koffi = await import('koffi').then(
    (loaded) => loaded.default,
    () => undefined,
  )
  const adjtimex = koffi?.load(null).func('int adjtimex(_Inout_ uint8_t *timex)')
  if (!adjtimex) return undefined
  return () => {
    // no mode is set: nothing is adjusted
    const timex = Buffer.from(new ArrayBuffer(structBytes))
    const state: number = adjtimex(timex)
    return state < 0 ? undefined : kernelClockOf(timex, state)
  }
}
