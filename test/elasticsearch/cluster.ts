// A cluster of several nodes on this machine, for tests that take one away.
import { freePort } from './free-port.ts'
import { type Server, type ServerOptions, startServer } from './server.ts'

/** Nodes of one new cluster of `current`, plain, each with a heap of 1 GB; resolves when all answer. */
export async function startCluster(nodes: number, options: ServerOptions = {}): Promise<Server[]> {
  const ports: number[] = []
  while (ports.length < nodes) ports.push(await freePort())
  const names = ports.map((_, index) => `node-${index + 1}`)
  const started = await Promise.allSettled(
    ports.map((transportPort, index) =>
      startServer('current', {
        heap: '1g',
        ...options,
        transportPort,
        settings: {
          'cluster.name': `mitra-test-${process.pid}-${ports[0]}`,
          'node.name': names[index],
          'discovery.seed_hosts': ports.map((port) => `127.0.0.1:${port}`),
          'cluster.initial_master_nodes': names,
          ...options.settings,
        },
      }),
    ),
  )
  const running = started.filter((result) => result.status === 'fulfilled').map(({ value }) => value)
  const failed = started.find((result) => result.status === 'rejected')
  if (failed) {
    await Promise.all(running.map((server) => server.stop()))
    throw failed.reason
  }
  return running
}
