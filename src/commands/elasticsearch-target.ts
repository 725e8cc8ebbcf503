// How Elasticsearch is reached, made from the configuration: plain data in the shape its driver takes.
import { X509Certificate } from 'node:crypto'
import type { Configuration } from '../config/load.ts'
import { readSmallFile } from '../config/small-file.ts'
import { ActionableError, messageOf } from '../errors.ts'
import type { ElasticsearchTarget } from '../store/open.ts'

const maxCaBytes = 4 * 1024 * 1024

/** Reads the file of `store.elasticsearch.ca`; throws ActionableError where that is no PEM certificate. */
export function elasticsearchTarget({ store, indexer }: Configuration): ElasticsearchTarget {
  const { nodes, ca, ca_fingerprint, verify, proxy, compression, timeout } = store.elasticsearch
  const auth = authOf(store.elasticsearch)
  return {
    nodes: nodes === undefined ? [`http://${bracketed(`${indexer.es_host}`)}:${indexer.es_port}`] : [nodes].flat(),
    prefix: indexer.prefix,
    ...(auth && { auth }),
    tls: {
      ...(ca !== undefined && { ca: readCertificates(ca) }),
      ...(ca_fingerprint !== undefined && { caFingerprint: ca_fingerprint }),
      verify,
    },
    ...(proxy !== undefined && { proxy }),
    compression,
    timeout_s: timeout,
  }
}

function authOf({
  api_key,
  username,
  password,
  bearer_token,
}: Configuration['store']['elasticsearch']): ElasticsearchTarget['auth'] {
  if (api_key !== undefined) return { apiKey: encodedKey(api_key) }
  if (bearer_token !== undefined) return { bearer: bearer_token }
  if (username !== undefined && password !== undefined) return { username, password }
  return undefined
}

/** Elasticsearch takes a key in base64, and shows it as `id` and `api_key` too: no base64 has a colon. */
function encodedKey(key: string): string {
  return key.includes(':') ? Buffer.from(key).toString('base64') : key
}

/** IPv6 addresses stand in brackets in a URL. */
function bracketed(address: string): string {
  return address.includes(':') && !address.startsWith('[') ? `[${address}]` : address
}

function readCertificates(file: string): string {
  const found = readSmallFile(file, maxCaBytes)
  if (found.status === 'absent') throw unusable(file, 'no such file')
  if (found.status === 'unreadable') throw unusable(file, found.why, found.cause)
  try {
    // Takes the first of several; a file of a key or of something else does not pass.
    new X509Certificate(found.text)
  } catch (cause) {
    throw unusable(file, `it is no PEM certificate (${messageOf(cause)})`, cause)
  }
  return found.text
}

function unusable(file: string, why: string, cause?: unknown): ActionableError {
  return new ActionableError(`failed to read certificate authority "${file}": ${why}`, {
    next: 'set store.elasticsearch.ca to a readable PEM file: Elasticsearch keeps its own in config/certs/http_ca.crt',
    cause,
  })
}
