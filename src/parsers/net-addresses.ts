// Addresses of a host from its tables: /proc/net/fib_trie (net/ipv4/fib_trie.c) and /proc/net/if_inet6 (net/ipv6/addrconf.c).
import { isIPv4 } from 'node:net'
import { ipv6Text } from './inet-address.ts'

/** IPv4 addresses of the host in order of the table, without its loopback network. */
export function parseFibTrie(text: string): string[] {
  const found = new Set<string>()
  let leaf = ''
  for (const row of text.split('\n')) {
    leaf = /\|-- (\d{1,3}(?:\.\d{1,3}){3})\s*$/.exec(row)?.[1] ?? leaf
    if (/\/32 host LOCAL\b/.test(row) && isIPv4(leaf) && !leaf.startsWith('127.')) found.add(leaf)
  }
  return [...found]
}

/** IPv6 addresses of the host in order of the table, in the short spelling of RFC 5952, without its loopback address. */
export function parseIfInet6(text: string): string[] {
  const found = new Set<string>()
  for (const row of text.split('\n')) {
    const [, digits] = /^([0-9a-f]{32}) [0-9a-f]+ [0-9a-f]+ [0-9a-f]+ [0-9a-f]+\s+\S+\s*$/.exec(row) ?? []
    if (digits !== undefined && digits !== loopback) found.add(ipv6Text(digits))
  }
  return [...found]
}

const loopback = `${'0'.repeat(31)}1`
