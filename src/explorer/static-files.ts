// What browsers fetch beside the pages: a style sheet, a few scripts, and the chart library.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface StaticFile {
  type: string
  body: Buffer
  /** Of its content, so that browsers may keep it for ever. */
  version: string
}

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

const folder = join(import.meta.dirname, 'static')
const own = ['explorer.js', 'chart-format.js', 'charts.js', 'icon.svg']
/** One file to fetch, in this order. */
const styles = ['ground', 'bar', 'forms', 'answers', 'tables', 'home', 'search', 'texts', 'charts', 'narrow']
const borrowed: Readonly<Record<string, string>> = { 'uplot.js': 'uPlot.iife.min.js', 'uplot.css': 'uPlot.min.css' }

/** What a page with charts loads, in this order. */
export const chartScripts = ['uplot.js', 'chart-format.js', 'charts.js'] as const

const read = new Map<string, StaticFile>()

/** A file by its name; undefined where there is none of the name. */
export function staticFile(name: string): StaticFile | undefined {
  const known = read.get(name)
  if (known) return known
  const paths = pathsOf(name)
  if (paths.length === 0) return undefined
  const body = Buffer.concat(paths.map((path) => readFileSync(path)))
  const version = createHash('sha256').update(body).digest('base64url').slice(0, 12)
  const file = { type: types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream', body, version }
  read.set(name, file)
  return file
}

/** Its address, which is another one when the file is. */
export function staticAddress(name: string): string {
  return `/static/${name}?${staticFile(name)?.version ?? ''}`
}

function pathsOf(name: string): string[] {
  if (name === 'explorer.css') return styles.map((style) => join(folder, 'styles', `${style}.css`))
  if (own.includes(name)) return [join(folder, name)]
  const file = Object.hasOwn(borrowed, name) ? borrowed[name] : undefined
  return file === undefined ? [] : [join(dirname(fileURLToPath(import.meta.resolve('uplot'))), file)]
}
