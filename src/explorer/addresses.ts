// Where pages are: every view has an address of its own.

export type Values = Readonly<Record<string, string | number | readonly string[] | undefined>>

/** A path with what is known of its parameters. */
export function address(path: string, values: Values = {}): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(values))
    for (const each of [value ?? []].flat()) params.append(name, String(each))
  const text = params.toString()
  return text === '' ? path : `${path}?${text}`
}

export function hostAddress(host: string, values?: Values): string {
  return address(`/host/${encodeURIComponent(host)}`, values)
}

export function fileAddress(host: string, path: string, values: Values = {}): string {
  return address(`/file/${encodeURIComponent(host)}`, { path, ...values })
}

export function searchAddress(q: string, values: Values = {}): string {
  return address('/search', { q, ...values })
}

export function hostsAddress(q: string, values: Values = {}): string {
  return address('/hosts', { q, ...values })
}

/** The address asked, with some of its parameters changed; undefined takes one out. */
export function changed(path: string, params: URLSearchParams, values: Values): string {
  const next = new URLSearchParams(params)
  for (const [name, value] of Object.entries(values)) {
    next.delete(name)
    for (const each of [value ?? []].flat()) next.append(name, String(each))
  }
  const text = next.toString()
  return text === '' ? path : `${path}?${text}`
}

/** The JSON of a page, or its CSV. */
export function twin(path: string, params: URLSearchParams, suffix: 'json' | 'csv'): string {
  return changed(`${path === '/' ? '/index' : path}.${suffix}`, params, {})
}

/** A version of a source: what it says, or what it changed. */
export function versionAddress(
  { host, path }: { host: string; path: string },
  at: string,
  show: 'content' | 'changes',
  form?: string,
): string {
  const isForm = form !== undefined && form !== 'unified'
  return fileAddress(host, path, { at, ...(show === 'changes' && { show }), ...(isForm && { form }) })
}
