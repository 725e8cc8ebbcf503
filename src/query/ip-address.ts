// IP addresses as texts that compare: 32 hexadecimal digits, IPv4 mapped into IPv6 as Elasticsearch's ip type does it.

const ipv4Mapped = '00000000000000000000ffff'

/** 32 hexadecimal digits that sort as addresses do; undefined when the text is no address. */
export function addressKey(text: string): string | undefined {
  if (!text.includes(':')) {
    const digits = ipv4Digits(text)
    return digits === undefined ? undefined : ipv4Mapped + digits
  }
  return ipv6Digits(text)
}

/** First and last address of a block such as `10.0.0.0/8`, as texts; undefined when it is none. */
export function blockEdges(text: string): { first: string; last: string } | undefined {
  const slash = text.indexOf('/')
  const length = /^\d{1,3}$/.test(text.slice(slash + 1)) ? Number(text.slice(slash + 1)) : Number.NaN
  const address = text.slice(0, slash)
  const key = slash < 0 ? undefined : addressKey(address)
  const offset = address.includes(':') ? 0 : 96
  if (key === undefined || !(length + offset <= 128)) return undefined
  const hostBits = BigInt(128 - offset - length)
  const number = BigInt(`0x${key}`)
  const first = (number >> hostBits) << hostBits
  return { first: addressText(first), last: addressText(first | ((1n << hostBits) - 1n)) }
}

function addressText(address: bigint): string {
  const digits = address.toString(16).padStart(32, '0')
  if (digits.startsWith(ipv4Mapped)) {
    return [24, 26, 28, 30].map((at) => Number.parseInt(digits.slice(at, at + 2), 16)).join('.')
  }
  const groups = digits.match(/.{4}/g) ?? []
  return groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')
}

function ipv4Digits(text: string): string | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined
  return parts.map((part) => Number(part).toString(16).padStart(2, '0')).join('')
}

function ipv6Digits(text: string): string | undefined {
  const [address = ''] = text.split('%')
  const tail = /[^:]*\.[^:]*$/.exec(address)?.[0]
  const ipv4 = tail === undefined ? undefined : ipv4Digits(tail)
  if (tail !== undefined && ipv4 === undefined) return undefined
  const plain = ipv4 ? `${address.slice(0, -tail!.length)}${ipv4.slice(0, 4)}:${ipv4.slice(4)}` : address
  const halves = plain.split('::')
  if (halves.length > 2) return undefined
  const [left = [], right = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - left.length - right.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const groups = [...left, ...Array.from({ length: missing }, () => '0'), ...right]
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined
  return groups.map((group) => group.toLowerCase().padStart(4, '0')).join('')
}
