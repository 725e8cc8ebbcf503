// Addresses as the kernel hands them over, spelt as people write them: RFC 4291, RFC 5952.

/** An address of 4 or 16 bytes in network order; a v4-mapped one ends in the dotted form. */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  const isMapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff
  if (isMapped) return `::ffff:${bytes.subarray(12).join('.')}`
  return ipv6Text(Buffer.from(bytes).toString('hex'))
}

/** 32 hexadecimal digits in the short spelling: the longest run of two or more zero groups, the first of equals, becomes `::`. */
export function ipv6Text(digits: string): string {
  const groups = (digits.match(/.{4}/g) ?? []).map((group) => group.replace(/^0{1,3}/, ''))
  let best = { start: 0, length: 1 }
  for (let start = 0; start < groups.length; start++) {
    let length = 0
    while (groups[start + length] === '0') length++
    if (length > best.length) best = { start, length }
  }
  if (best.length < 2) return groups.join(':')
  return `${groups.slice(0, best.start).join(':')}::${groups.slice(best.start + best.length).join(':')}`
}

/** `0.0.0.0:80`, `[::]:80`, with the number of a device the socket is bound to `0.0.0.0%2:80`. */
export function endpointText(address: string, port: number, device = 0): string {
  const place = device === 0 ? address : `${address}%${device}`
  return address.includes(':') ? `[${place}]:${port}` : `${place}:${port}`
}
