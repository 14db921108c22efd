import { describe, expect, it } from "vitest";
import { cardKeys, cardOf, cardValues, freeCard, modelFor, readCard, writeCard } from "./nic";

describe("cards of a VM", () => {
  const text = "virtio=BC:24:11:5A:07:E1,bridge=vmbr3,firewall=1,queues=4,rate=12.5,tag=44";
  it("are read and written as they were", () => {
    expect(writeCard(readCard(text, "qemu"), "qemu")).toBe(text);
    expect(writeCard(readCard("virtio,bridge=vmbr0", "qemu"), "qemu")).toBe("model=virtio,bridge=vmbr0");
  });
  it("keep what no dialog knows", () => {
    const before = readCard(`${text},host-tunnel=1`, "qemu");
    const after = cardOf({ ...cardValues(before, "qemu"), tag: "" }, before, "qemu");
    expect(writeCard(after, "qemu")).toBe(
      "virtio=BC:24:11:5A:07:E1,bridge=vmbr3,firewall=1,host-tunnel=1,queues=4,rate=12.5",
    );
  });
  it("lose what only virtio has when they are of another model", () => {
    const before = readCard(text, "qemu");
    expect(cardOf({ ...cardValues(before, "qemu"), model: "e1000" }, before, "qemu").queues).toBeUndefined();
  });
});

describe("cards of a container", () => {
  const text = "name=eth0,bridge=vmbr3,gw=192.0.2.1,hwaddr=BC:24:11:00:9C:2D,ip=192.0.2.7/24,tag=44,type=veth";
  it("are read and written as they were", () => {
    const before = readCard(text, "lxc");
    expect(writeCard(cardOf(cardValues(before, "lxc"), before, "lxc"), "lxc")).toBe(text);
  });
  it("have no router without a static address", () => {
    const before = readCard(text, "lxc");
    const after = cardOf({ ...cardValues(before, "lxc"), "ip-method": "dhcp" }, before, "lxc");
    expect(after.ip).toBe("dhcp");
    expect(after.gw).toBeUndefined();
  });
});

it("slots are taken in order", () => {
  expect(cardKeys({ net10: "", net2: "", name: "" })).toEqual(["net2", "net10"]);
  expect(freeCard({ net0: "", net2: "" })).toBe("net1");
  expect(freeCard(Object.fromEntries(Array.from({ length: 32 }, (_, slot) => [`net${slot}`, ""])))).toBeNull();
});

it("the model follows the guest system", () => {
  expect([modelFor("l26"), modelFor("win11"), modelFor("wxp")]).toEqual(["virtio", "e1000", "rtl8139"]);
});
