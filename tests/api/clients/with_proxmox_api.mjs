// npm's proxmox-api, unchanged: node with_proxmox_api.mjs HOST PORT NODE USER TOKEN SECRET
import assert from 'node:assert/strict';
import proxmoxApi from 'proxmox-api';

process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
const [host, port, name, user, token, secret] = process.argv.slice(2);
const api = proxmoxApi({host, port: Number(port), tokenID: `${user}!${token}`, tokenSecret: secret});
const node = api.nodes.$(name);

async function end(upid) {
  for (let i = 0; i < 600; ++i) {
    const status = await node.tasks.$(upid).status.$get();
    if (status.status === 'stopped') return status.exitstatus;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`the task does not end: ${upid}`);
}

const interfaces = async () => (await node.network.$get()).map((each) => each.iface);

assert.ok((await api.version.$get()).version);
await node.network.$post({iface: 'vmbr8', type: 'bridge', cidr: '198.51.100.1/24', autostart: true});
assert.ok((await interfaces()).includes('vmbr8'));
await node.network.$delete();
assert.ok(!(await interfaces()).includes('vmbr8'));
await node.network.$post({iface: 'vmbr8', type: 'bridge', autostart: true});
assert.equal(await end(await node.network.$put()), 'OK');

assert.equal(await end(await node.qemu.$post({vmid: 210, name: 'node', memory: '512', net0: 'virtio,bridge=vmbr8'})), 'OK');
await node.qemu.$(210).config.$put({net0: 'virtio,bridge=vmbr8,tag=9'});
assert.match((await node.qemu.$(210).config.$get()).net0, /tag=9/);
assert.equal((await node.qemu.$get()).find((each) => each.vmid === 210).name, 'node');
await assert.rejects(node.qemu.$(210).config.$put({net0: 'virtio,tag=4095'}), /400/);
assert.equal(await end(await node.qemu.$(210).$delete()), 'OK');
await node.network.$('vmbr8').$delete();
assert.equal(await end(await node.network.$put()), 'OK');
console.log('proxmox-api: good');
