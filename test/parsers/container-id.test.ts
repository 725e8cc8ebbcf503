import assert from 'node:assert/strict'
import { test } from 'node:test'
import { containerOf } from '../../src/parsers/container-id.ts'

const id = '0123456789ab'.padEnd(64, 'c')

for (const path of [
  `/docker/${id}`,
  `/system.slice/docker-${id}.scope`,
  `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice/cri-containerd-${id}.scope`,
  `/machine.slice/libpod-${id}.scope/container`,
  `/kubepods/besteffort/pod1/${id}`,
])
  test(`${path.replaceAll(id, 'ID')} is of a container`, () => assert.equal(containerOf(path), '0123456789ab'))

for (const path of ['/', '/system.slice/nginx.service', `/docker/${id}0`, `/docker/${id.slice(1)}`])
  test(`${path.slice(0, 40)} of ${path.length} characters is of none`, () => assert.equal(containerOf(path), undefined))
