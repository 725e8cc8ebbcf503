// What the codes of a failed connection mean, whoever speaks over it: of the system, of OpenSSL and of HTTP clients.

export type UnreachableReason = 'dns' | 'refused' | 'reset' | 'no_route' | 'no_answer' | 'not_http'

export type TlsReason =
  | 'untrusted'
  | 'expired'
  | 'not_yet_valid'
  | 'wrong_name'
  | 'fingerprint'
  | 'not_tls'
  | 'handshake'

/** Why no connection came about; undefined for codes that say something else. */
export function unreachableReason(code: string): UnreachableReason | undefined {
  return unreachable.get(code) ?? (code.startsWith('HPE_') ? 'not_http' : undefined)
}

/** Why TLS did not come about; undefined for codes that say something else. */
export function tlsReason(code: string): TlsReason | undefined {
  return tlsCodes.get(code) ?? (/^(ERR_SSL_|ERR_TLS_|EPROTO$)/.test(code) ? 'handshake' : undefined)
}

/** The innermost code of the system, of OpenSSL or of the HTTP client. */
export function codeOf(error: unknown): string | undefined {
  let found: string | undefined
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('code' in each && typeof each.code === 'string') found = each.code
    // the HTTP client's parser gives some errors a class and no code
    else if (each.name === 'HTTPParserError') found = 'HPE_INVALID'
    if (each instanceof AggregateError && found === undefined) found = codeOf(each.errors[0])
  }
  return found
}

const unreachable: ReadonlyMap<string, UnreachableReason> = new Map<string, UnreachableReason>([
  ['ENOTFOUND', 'dns'],
  ['EAI_AGAIN', 'dns'],
  ['EAI_FAIL', 'dns'],
  ['EAI_NODATA', 'dns'],
  ['ENODATA', 'dns'],
  ['ECONNREFUSED', 'refused'],
  ['ECONNRESET', 'reset'],
  ['ECONNABORTED', 'reset'],
  ['EPIPE', 'reset'],
  ['UND_ERR_SOCKET', 'reset'],
  ['EHOSTUNREACH', 'no_route'],
  ['EHOSTDOWN', 'no_route'],
  ['ENETUNREACH', 'no_route'],
  ['ENETDOWN', 'no_route'],
  ['EADDRNOTAVAIL', 'no_route'],
  ['ETIMEDOUT', 'no_answer'],
  ['UND_ERR_CONNECT_TIMEOUT', 'no_answer'],
])

const tlsCodes: ReadonlyMap<string, TlsReason> = new Map<string, TlsReason>([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'untrusted'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'untrusted'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'untrusted'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'untrusted'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'untrusted'],
  ['CERT_SIGNATURE_FAILURE', 'untrusted'],
  ['CERT_UNTRUSTED', 'untrusted'],
  ['CERT_REJECTED', 'untrusted'],
  ['INVALID_CA', 'untrusted'],
  ['INVALID_PURPOSE', 'untrusted'],
  ['CERT_HAS_EXPIRED', 'expired'],
  ['CERT_NOT_YET_VALID', 'not_yet_valid'],
  ['HOSTNAME_MISMATCH', 'wrong_name'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'wrong_name'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'not_tls'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'not_tls'],
  ['ERR_SSL_HTTP_REQUEST', 'not_tls'],
])
