// Files of the host: plain files, globs and directories.

/** A configured file, glob or directory. */
export interface FileEntry {
  /** Absolute; a glob when it has one of `*?[{` and no such file exists. */
  path: string
  /** Its absence is a document with `error.message`. */
  required: boolean
}
