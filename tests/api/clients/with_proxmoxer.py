#!/usr/bin/python3
"""Debian's python3-proxmoxer, unchanged: creates, changes, lists, applies, reverts.

with_proxmoxer.py HOST:PORT NODE USER PASSWORD TOKEN SECRET
"""
import sys
import time
import warnings

import proxmoxer

warnings.filterwarnings("ignore")  # of the certificate, which nobody has signed


def wait_for(node, upid):
    for _ in range(600):
        status = node.tasks(upid).status.get()
        if status["status"] == "stopped":
            return status["exitstatus"]
        time.sleep(0.1)
    raise AssertionError("the task does not end: " + upid)


def refusal(call, **parameters):
    try:
        call(**parameters)
    except proxmoxer.ResourceException as refused:
        return refused
    raise AssertionError("not refused: " + repr(parameters))


def drive_network(node):
    node.network.create(iface="vmbr7", type="bridge", cidr="192.0.2.1/24", autostart=1)
    assert "vmbr7" in [each["iface"] for each in node.network.get()]
    node.network.delete()
    assert "vmbr7" not in [each["iface"] for each in node.network.get()], "reverted"

    node.network.create(iface="vmbr7", type="bridge", cidr="192.0.2.1/24", autostart=1)
    node.network("vmbr7").put(type="bridge", comments="behind the house")
    bridge = node.network("vmbr7").get()
    assert bridge["cidr"] == "192.0.2.1/24", "what is not sent stays"
    assert wait_for(node, node.network.put()) == "OK"
    assert node.network("vmbr7").get()["active"] == 1
    assert refusal(node.network("vmbr7").put, type="bridge", cidr="192.0.2.300/24").status_code == 400


def drive_guests(api, node):
    vmid = int(api.cluster.nextid.get())
    upid = node.qemu.create(vmid=vmid, name="mail", memory=512, cores=2, net0="virtio,bridge=vmbr7")
    assert wait_for(node, upid) == "OK"
    assert vmid in [int(each["vmid"]) for each in node.qemu.get()]
    assert "qemu/%d" % vmid in [each["id"] for each in api.cluster.resources.get(type="vm")]
    config = node.qemu(vmid).config.get()
    assert config["cores"] == 2 and "bridge=vmbr7" in config["net0"]

    node.qemu(vmid).config.set(net0="virtio,bridge=vmbr7,tag=45", name="post", digest=config["digest"])
    changed = node.qemu(vmid).config.get()
    assert "tag=45" in changed["net0"] and changed["name"] == "post"
    mac = config["net0"].split("=", 1)[1].split(",")[0]
    assert mac in changed["net0"], "a card keeps its address"

    wrong = refusal(node.qemu(vmid).config.set, net0="virtio,bridge=vmbr7,tag=4095")
    assert wrong.status_code == 400, wrong  # this version of proxmoxer drops "errors"
    late = refusal(node.qemu(vmid).config.set, name="late", digest=config["digest"])
    assert late.status_code == 500 and "detected modified configuration" in str(late), late
    taken = refusal(node.qemu.create, vmid=vmid, name="again")
    assert str(vmid) in str(taken), taken
    assert refusal(node.lxc(vmid).config.get).status_code == 500, "a VM is no container"

    assert node.qemu(vmid).status.current.get()["status"] == "stopped"
    assert [each["key"] for each in node.qemu(vmid).pending.get() if each["key"] == "net0"]
    assert node.qemu(vmid).config.post(description="for letters") is not None
    assert wait_for(node, node.qemu(vmid).delete()) == "OK"
    assert vmid not in [int(each["vmid"]) for each in node.qemu.get()]


def drive_containers(node):
    assert wait_for(node, node.lxc.create(vmid=300, hostname="web", net0="name=eth0,bridge=vmbr7,ip=192.0.2.7/24")) == "OK"
    assert [each["name"] for each in node.lxc.get()] == ["web"]
    node.lxc(300).config.put(memory=256)
    assert node.lxc(300).config.get()["memory"] == 256
    assert wait_for(node, node.lxc(300).delete()) == "OK"


def drive(api, name):
    assert api.version.get()["version"]
    assert name in [each["node"] for each in api.nodes.get()]
    node = api.nodes(name)
    drive_network(node)
    drive_guests(api, node)
    drive_containers(node)
    node.network("vmbr7").delete()
    assert wait_for(node, node.network.put()) == "OK"
    assert "vmbr7" not in [each["iface"] for each in node.network.get()]


def main():
    host, name, user, password, token, secret = sys.argv[1:]
    drive(proxmoxer.ProxmoxAPI(host, user=user, password=password, verify_ssl=False), name)
    print("with a ticket: good")
    drive(proxmoxer.ProxmoxAPI(host, user=user, token_name=token, token_value=secret, verify_ssl=False), name)
    print("with a token: good")
    try:
        proxmoxer.ProxmoxAPI(host, user=user, password="wrong", verify_ssl=False)
        raise SystemExit("a wrong password was taken")
    except proxmoxer.backends.https.AuthenticationError:
        print("with a wrong password: refused")


main()
