// The fields any document may carry, whatever its source. Typed families are declared by their sources.
import type { Field } from './field.ts'

export const coreFields: readonly Field[] = [
  { name: '@timestamp', type: 'date', summary: 'When the source was observed, to the millisecond.' },
  {
    name: 'host.name',
    type: 'keyword',
    alias: 'hostname',
    summary: 'The host, by the name it has itself or `host:` gives it.',
  },
  {
    name: 'labels.*',
    type: 'keyword',
    summary: 'What `labels:` in the configuration says of the host, such as role or datacentre.',
  },
  {
    name: 'file.path',
    type: 'keyword',
    alias: 'filename',
    summary: 'What names the source on its host: a file path or a pseudo path.',
  },
  { name: 'file.name', type: 'keyword', summary: 'Last part of the path.' },
  { name: 'file.directory', type: 'keyword', summary: 'The path without its last part.' },
  { name: 'file.extension', type: 'keyword', summary: 'What follows the last dot of the name, without the dot.' },
  {
    name: 'file.size',
    type: 'long',
    unit: 'bytes',
    alias: 'size',
    summary: 'Size of the file; for kernel tables and commands, of the text.',
  },
  { name: 'file.mode', type: 'keyword', summary: 'Permission bits in octal, as 0644.' },
  { name: 'file.owner', type: 'keyword', summary: 'Name of the owner, from the host’s own passwd file.' },
  { name: 'file.group', type: 'keyword', summary: 'Name of the group, from the host’s own group file.' },
  { name: 'file.uid', type: 'long', summary: 'Number of the owner.' },
  { name: 'file.gid', type: 'long', summary: 'Number of the group.' },
  { name: 'file.inode', type: 'long', summary: 'Inode number.' },
  { name: 'file.mtime', type: 'date', summary: 'Last change of the content.' },
  { name: 'file.ctime', type: 'date', summary: 'Last change of content or metadata.' },
  { name: 'file.type', type: 'keyword', summary: 'file, dir, symlink, fifo, socket, char_device or block_device.' },
  { name: 'file.target_path', type: 'keyword', summary: 'Where a symbolic link leads.' },
  { name: 'file.hash.sha256', type: 'keyword', summary: 'sha256 of the content, in hexadecimal.' },
  { name: 'file.exists', type: 'boolean', summary: 'False for a tombstone: the file was removed, or never was.' },
  {
    name: 'file.encoding',
    type: 'keyword',
    summary:
      'utf-8, utf-16, mixed (some bytes were not UTF-8 and are read as Latin-1) or binary (described, text not stored).',
  },
  { name: 'content', type: 'text', summary: 'The text, as runs of letters and digits in lower case.' },
  { name: 'event.dataset', type: 'keyword', summary: 'Which source made it, such as mitra.file or mitra.sysctl.' },
  {
    name: 'event.kind',
    type: 'keyword',
    summary: 'state (every change is kept) or metric (every observation is kept).',
  },
  { name: 'event.burst', type: 'keyword', summary: 'The rule of the burst that a sample was taken in, or `by hand`.' },
  { name: 'error.message', type: 'text', summary: 'Why the source could not be read.' },
]
