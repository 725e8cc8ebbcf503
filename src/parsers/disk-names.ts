// Names of block devices as drivers give them: Documentation/admin-guide/devices.txt. What a host calls its disks becomes names of
// fields, so only names of known shapes do, and only so many of a host.

/** Disks that lie below all others; partitions (`sda1`, `nvme0n1p1`) have another shape. */
const bottom =
  /^(?:(?:sd|vd|xvd|hd|ubd|dasd)[a-z]{1,4}|nvme\d{1,3}n\d{1,3}|mmcblk\d{1,2}|pmem\d{1,2}|[rn]bd\d{1,3}|cciss[!/]c\dd\d{1,2})$/
/** Made of other devices, whose work they would count twice. */
const stacked = /^(?:dm-\d{1,4}|md\d{1,3}|drbd\d{1,3}|bcache\d{1,3}|zd\d{1,4})$/

/** Whether a name is a whole disk’s: not a partition, a loop device, memory, an optical or a floppy drive. */
export function isDisk(name: string): boolean {
  return isBottomDisk(name) || stacked.test(name)
}

/** Whether a name is that of a disk which is made of no other. */
export function isBottomDisk(name: string): boolean {
  return bottom.test(name)
}

/** Disks of a host that have fields of their own. */
const mostDisks = 16
/** `sdaa` and `dm-100` are of hosts with very many. */
const short =
  /^(?:[a-z]{2,4}[a-z]|nvme\d{1,2}n\d|mmcblk\d|pmem\d|[rn]bd\d|cciss[!/]c\dd\d|dm-\d\d?|md\d{1,3}|drbd\d\d?|bcache\d|zd\d\d?)$/
const twoLetters = /^(?:sd|vd|hd|xvd)[a-z]{2}/

/** What the fields of each disk are under: its name, or `other` for those that are too many. */
export function diskKeys(names: Iterable<string>): Map<string, string> {
  const keys = new Map<string, string>()
  let own = 0
  for (const name of names) {
    const isOwn = own < mostDisks && short.test(name) && !twoLetters.test(name)
    if (isOwn) own++
    keys.set(name, isOwn ? name.replace(/[!/]/, '_') : 'other')
  }
  return keys
}
