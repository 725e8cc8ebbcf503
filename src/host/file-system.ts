// Kinds of file systems by their magic number (statfs(2), linux/magic.h).

/** Their files are the kernel's memory: made anew at each read, their size and times without meaning. */
export const kernelFileSystems: ReadonlySet<number> = new Set([
  0x9fa0, // proc
  0x62656572, // sysfs
  0x64626720, // debugfs
  0x74726163, // tracefs
  0x73636673, // securityfs
  0xcafe4a11, // bpf
  0x27e0eb, // cgroup
  0x63677270, // cgroup2
])

/** Others change their files without this kernel knowing: inotify stays silent, and times are another machine's. */
export const remoteFileSystems: ReadonlySet<number> = new Set([
  0x6969, // nfs
  0xff534d42, // cifs
  0xfe534d42, // smb2
  0x517b, // smb
  0x65735546, // fuse, virtiofs
  0x01021997, // 9p
  0x00c36400, // ceph
  0x01161970, // gfs2
  0x7461636f, // ocfs2
  0x5346414f, // afs
  0x6b414653, // kafs
  0x73757245, // coda
  0x564c, // ncp
  0x0bd00bd0, // lustre
  0x47504653, // gpfs
  0x19830326, // beegfs
  0x786f4256, // vboxsf
  0xbacbacbc, // vmhgfs
])

/** Paths that name the kernel's memory on every host, a fixture's included. */
export function isKernelPath(path: string): boolean {
  return /^\/(?:proc|sys)(?:\/|$)/.test(path)
}
