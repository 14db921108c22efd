import { expect, it } from "vitest";
import { problems, visible } from "../widgets/form_values";
import { noPaths, startValues, stepOf, vmParameters, vmSteps } from "./vm_steps";

it("a VM of defaults is told by what somebody chose", () => {
  const values = {
    ...startValues("n", "100", "vmbr0", "root@pam"),
    name: "mail",
    path: "/var/lib/images/mail.qcow2",
    tag: "44",
  };
  expect(vmParameters(values)).toEqual({
    vmid: "100",
    name: "mail",
    ostype: "l26",
    scsihw: "virtio-scsi-single",
    sockets: "1",
    cores: "1",
    memory: "2048",
    scsi0: "/var/lib/images/mail.qcow2",
    net0: "model=virtio,bridge=vmbr0,firewall=1,tag=44",
    boot: "order=scsi0;net0",
  });
});

it("a VM may have no disk and no card", () => {
  const sent = vmParameters({ ...startValues("n", "100", undefined, "root@pam"), disk: false, card: false });
  expect(sent.boot).toBeUndefined();
  expect(sent.net0).toBeUndefined();
});

it("a refused parameter leads to its step", () => {
  const steps = vmSteps([], [], "root@pam");
  expect(steps[stepOf(steps, "net0")]?.key).toBe("network");
  expect(steps[stepOf(steps, "memory")]?.key).toBe("memory");
  expect(stepOf(steps, "nonsense")).toBe(-1);
});

it("who may not name images is not led into a refusal at the last step", () => {
  for (const [user, disk] of [
    ["root@pam", true],
    ["admin@pve", false],
    ["root@pve", false],
  ] as const) {
    const values = startValues("n", "100", "vmbr0", user);
    const disks = vmSteps([], [], user).find((step) => step.key === "disks");
    const told = disks?.fields.filter((field) => visible(field, values)).map((field) => field.render?.(values));
    expect(values.disk).toBe(disk);
    expect(told?.includes(noPaths)).toBe(!disk);
    expect(Object.keys(problems(disks?.fields ?? [], values))).toEqual(disk ? ["path"] : []);
  }
});
