// Counters: what only goes up is told by its differences, and a reboot or another reset is no way down.

/** Which boot a reading belongs to, and when that boot was; whatever of it is known. */
export interface BootMark {
  id?: string
  /** Milliseconds since the epoch. */
  at?: number
}

export interface CounterChanges {
  /** By how much it went up since the reading before; after a reset what it counted since. Undefined for the first. */
  changes: (number | undefined)[]
  resets: boolean[]
}

/** Whether a counter began anew between two readings: it is lower, or the boot is another. */
export function isReset(before: number, after: number, bootBefore: BootMark = {}, bootAfter: BootMark = {}): boolean {
  const isOtherBoot = bootBefore.id !== undefined && bootAfter.id !== undefined && bootBefore.id !== bootAfter.id
  return after < before || isOtherBoot
}

/** The changes of a counter from reading to reading; readings that lack it are passed over. */
export function changesOf(values: readonly (number | undefined)[], boots: readonly BootMark[]): CounterChanges {
  const changes: (number | undefined)[] = []
  const resets: boolean[] = []
  let last = -1
  for (const [index, value] of values.entries()) {
    const before = values[last]
    const reset = value !== undefined && before !== undefined && isReset(before, value, boots[last], boots[index])
    resets.push(reset)
    changes.push(value === undefined || before === undefined ? undefined : reset ? value : value - before)
    if (value !== undefined) last = index
  }
  return { changes, resets }
}

/**
 * Rates per second: the average since the boot up to the first reading, 0 where the uptime is not known, then from reading to
 * reading; after a reset the average since the boot again. `at`: when each was read, in milliseconds since the epoch.
 */
export function ratesBetween(
  values: readonly (number | undefined)[],
  at: readonly number[],
  boots: readonly BootMark[],
): number[] {
  const { changes, resets } = changesOf(values, boots)
  const rates: number[] = []
  let last = -1
  for (const [index, value] of values.entries()) {
    if (value === undefined) continue
    const time = at[index] ?? 0
    const booted = boots[index]?.at
    const isFromBoot = last === -1 || resets[index] === true
    const since = isFromBoot ? booted : at[last]
    if (since !== undefined && time > since) rates.push((changes[index] ?? value) / ((time - since) / 1000))
    else if (last === -1) rates.push(0)
    last = index
  }
  return rates
}
