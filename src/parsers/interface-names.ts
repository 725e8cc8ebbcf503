// Names of network interfaces: systemd.net-naming-scheme(7), and what the kernel and container engines choose. Those that are made
// and forgotten with containers and machines would become fields without end, so only names of known shapes do, and only so many.

/** Cards of the machine, by the schemes of the kernel, of systemd (without those made of a hardware address) and of biosdevname. */
const card =
  /^(?:eth\d{1,2}|en(?:o\d{1,3}|s\d{1,3}|P?\d{0,2}p\d{1,3}s\d{1,3})(?:f\d{1,2})?(?:n?p\d{1,2}|d\d)?|em\d{1,2}|p\d{1,2}p\d{1,2}|ib\d{1,2}|wlan\d|wlp\d{1,3}s\d{1,2})$/
const lasting = /^(?:lo|bond\d{1,2}|team\d{1,2}|br\d{1,2}|docker0|cni0|virbr\d|wg\d{1,2}|tun\d)$/
/** Made by the hundred. */
const grouped = /^(?:veth|cali|lxc|vnet|tap|fwbr|fwln|fwpr|br-|ifb|dummy|gre|flannel|cilium|tunl|vxlan)/
const vlan = /^[^.]{1,15}\.\d{1,4}$|^vlan\d{1,4}$/
/** Interfaces of a host that have fields of their own. */
const mostInterfaces = 16

/** Whether a name is that of a card, whose traffic is the machine’s; bonds and bridges carry the same once more. */
export function isCard(name: string): boolean {
  return card.test(name)
}

/** What the fields of each interface are under: its name, `vlan`, what a group of them begins with, or `other`. */
export function interfaceKeys(names: Iterable<string>): Map<string, string> {
  const keys = new Map<string, string>()
  let own = 0
  for (const name of names) {
    const isOwn = own < mostInterfaces && (card.test(name) || lasting.test(name))
    if (isOwn) own++
    keys.set(name, isOwn ? name : groupOf(name))
  }
  return keys
}

function groupOf(name: string): string {
  if (vlan.test(name)) return 'vlan'
  return grouped.exec(name)?.[0].replace(/-$/, '') ?? 'other'
}
