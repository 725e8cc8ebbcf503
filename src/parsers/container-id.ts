// Which container a control group belongs to: the runtimes put its id of 64 digits into the path, `/docker/<id>`,
// `/kubepods.slice/…/cri-containerd-<id>.scope`, `/machine.slice/libpod-<id>.scope/container`.

/** The first twelve digits of the id, as the runtimes show it; undefined outside a container. */
export function containerOf(controlGroup: string): string | undefined {
  return /(?:^|[/:-])([0-9a-f]{12})[0-9a-f]{52}(?:\.scope)?(?:\/|$)/.exec(controlGroup)?.[1]
}
