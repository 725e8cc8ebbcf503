// /proc/zoneinfo: mm/vmstat.c (zoneinfo_show_print). Per node and zone: a block of watermarks, then counters and per-cpu pagesets.
// `managed` came with 3.9, the per-node block with 4.8, `boost` and `promo` later: lines are known by name, not by place.
import type { Fields } from '../snapshot/document.ts'
import { parseInteger } from './integer.ts'

const header = /^Node (\d{1,5}), zone\s+(\w{1,32})\s*$/
const figure = /^\s+(?:pages )?(free|min|low|high|spanned|present|managed)\s+(\d+)\s*$/
/** Nodes that become fields: a document must not grow without end with the machine. `below_low` hears them all. */
const mostNodes = 64
/** A node has six kinds of zone at most. */
const mostZones = mostNodes * 8

/**
 * `zoneinfo.node0.Normal.free` (and min, low, high, spanned, present, managed) in pages, `.below_low` where free pages are
 * under the low watermark, at which kswapd wakes, and `zoneinfo.below_low` for any zone of the host. Zones without pages
 * have watermarks too and are never below them.
 */
export function parseZoneinfo(text: string): Fields {
  const fields: Fields = {}
  let anyBelow = false
  let judged = false
  let zones = 0
  for (const [zone, figures] of readZones(text)) {
    const below = isBelowLow(figures)
    if (below !== undefined) judged = true
    if (below) anyBelow = true
    if (zone.node >= mostNodes || ++zones > mostZones) continue
    const prefix = `zoneinfo.node${zone.node}.${zone.name}`
    for (const [name, value] of figures) fields[`${prefix}.${name}`] = value
    if (below !== undefined) fields[`${prefix}.below_low`] = below
  }
  if (judged) fields['zoneinfo.below_low'] = anyBelow
  return fields
}

function* readZones(text: string): Generator<[{ node: number; name: string }, Map<string, number>]> {
  let zone: { node: number; name: string } | undefined
  let figures = new Map<string, number>()
  let inPagesets = false
  for (const row of text.split('\n')) {
    const head = header.exec(row)
    if (head) {
      if (zone) yield [zone, figures]
      zone = { node: Number(head[1]), name: head[2] ?? '' }
      figures = new Map()
      inPagesets = false
      continue
    }
    if (!zone || inPagesets) continue
    inPagesets = row.trim() === 'pagesets'
    const [, name, digits] = figure.exec(row) ?? []
    const value = parseInteger(digits)
    if (name !== undefined && value !== undefined && !figures.has(name)) figures.set(name, value)
  }
  if (zone) yield [zone, figures]
}

function isBelowLow(figures: Map<string, number>): boolean | undefined {
  const free = figures.get('free')
  const low = figures.get('low')
  if (free === undefined || low === undefined) return undefined
  const pages = figures.get('managed') ?? figures.get('present')
  return pages !== 0 && free < low
}
