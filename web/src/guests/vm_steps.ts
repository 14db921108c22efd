// The steps of the wizard: their fields, and the parameters that come of them.

import type { Parameters } from "../api/client";
import type { Interface, NodeItem } from "../api/types";
import { between } from "../network/checks";
import type { Field, Option, Values } from "../widgets/form_values";
import { text } from "../widgets/form_values";
import { cardOf, modelFor, writeCard } from "./nic";
import { vmCardFields } from "./nic_fields";

export interface Step {
  key: string;
  label: string;
  fields: Field[];
}

const systems: Option[] = [
  { value: "l26", label: "Linux 2.6 and later" },
  { value: "win11", label: "Windows 11, 2022, 2025" },
  { value: "win10", label: "Windows 10, 2016, 2019" },
  { value: "win8", label: "Windows 8, 2012" },
  { value: "win7", label: "Windows 7, 2008r2" },
  { value: "wxp", label: "Windows XP, 2003" },
  { value: "solaris", label: "Solaris" },
  { value: "other", label: "Other" },
];

const plain = (value: string): Option => ({ value, label: value });

function pathProblem(value: string): string | null {
  if (/[,\s]/.test(value)) return "a path here has no blanks and no commas";
  return value.startsWith("/") ? null : "an absolute path, for example /var/lib/images/mail.qcow2";
}

/** Whoever names an image by its path reads or writes what lies there: the server lets nobody else. */
export const mayNamePaths = (user: string) => user === "root@pam";

export const noPaths =
  "A disk is an image of the node, named by its path, and only root@pam may name one. Make the VM without; root@pam can add a disk later.";

const hasDisk = (values: Values) => values.disk === true;
const hasCard = (values: Values) => values.card === true;

export function vmSteps(nodes: NodeItem[], bridges: Interface[], user: string): Step[] {
  return [
    {
      key: "general",
      label: "General",
      fields: [
        { name: "node", label: "Node", kind: "choice", required: true, options: nodes.map((one) => plain(one.node)) },
        { name: "vmid", label: "VM ID", kind: "text", required: true, check: between(100, 999_999_999) },
        {
          name: "name",
          label: "Name",
          kind: "text",
          column: "right",
          check: (value) =>
            /^[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$/.test(value)
              ? null
              : "letters, digits, dots and dashes, as in host names",
        },
        { name: "onboot", label: "Start at boot", kind: "switch", column: "right" },
      ],
    },
    {
      key: "system",
      label: "System",
      fields: [
        {
          name: "ostype",
          label: "Guest OS",
          kind: "choice",
          required: true,
          options: systems,
          follow: (value) => ({ model: modelFor(String(value)) }),
        },
        {
          name: "machine",
          label: "Machine",
          kind: "choice",
          required: true,
          options: [
            { value: "pc", label: "i440fx" },
            { value: "q35", label: "q35" },
          ],
        },
        {
          name: "bios",
          label: "BIOS",
          kind: "choice",
          required: true,
          column: "right",
          options: [
            { value: "seabios", label: "SeaBIOS" },
            { value: "ovmf", label: "OVMF (UEFI)" },
          ],
        },
        {
          name: "scsihw",
          label: "SCSI Controller",
          kind: "choice",
          required: true,
          column: "right",
          options: ["virtio-scsi-single", "virtio-scsi-pci", "lsi", "megasas"].map(plain),
        },
        { name: "agent", label: "QEMU Guest Agent", kind: "switch", column: "right" },
      ],
    },
    {
      key: "disks",
      label: "Disks",
      fields: [
        {
          name: "no-paths",
          label: "",
          kind: "note",
          column: "wide",
          show: () => !mayNamePaths(user),
          render: () => noPaths,
        },
        { name: "disk", label: "Add a disk", kind: "switch" },
        {
          name: "bus",
          label: "Bus",
          kind: "choice",
          required: true,
          show: hasDisk,
          options: ["scsi", "virtio", "sata", "ide"].map(plain),
        },
        {
          name: "path",
          label: "Image",
          kind: "text",
          required: true,
          show: hasDisk,
          check: pathProblem,
          placeholder: "/var/lib/images/mail.qcow2",
          hint: "A file or block device of the node",
        },
        {
          name: "cdrom",
          label: "CD image",
          kind: "text",
          column: "right",
          check: pathProblem,
          placeholder: "/var/lib/images/debian.iso",
          hint: "To install from",
        },
        { name: "discard", label: "Discard", kind: "switch", column: "right", show: hasDisk },
      ],
    },
    {
      key: "cpu",
      label: "CPU",
      fields: [
        { name: "sockets", label: "Sockets", kind: "text", required: true, check: between(1, 4) },
        { name: "cores", label: "Cores", kind: "text", required: true, check: between(1, 128) },
        {
          name: "cpu",
          label: "Type",
          kind: "suggest",
          column: "right",
          options: ["x86-64-v2-AES", "x86-64-v3", "x86-64-v4", "host", "kvm64", "qemu64"].map(plain),
          placeholder: "default",
        },
      ],
    },
    {
      key: "memory",
      label: "Memory",
      fields: [
        { name: "memory", label: "Memory", kind: "text", unit: "MiB", required: true, check: between(16, 4_178_944) },
      ],
    },
    {
      key: "network",
      label: "Network",
      fields: [
        { name: "card", label: "Add a network device", kind: "switch", column: "wide" },
        ...vmCardFields(bridges).map((field) => ({ ...field, show: hasCard })),
      ],
    },
  ];
}

export function startValues(node: string, vmid: string, bridge: string | undefined, user: string): Values {
  return {
    node,
    vmid,
    name: "",
    onboot: false,
    ostype: "l26",
    machine: "pc",
    bios: "seabios",
    scsihw: "virtio-scsi-single",
    agent: false,
    disk: mayNamePaths(user),
    bus: "scsi",
    path: "",
    cdrom: "",
    discard: false,
    sockets: "1",
    cores: "1",
    cpu: "",
    memory: "2048",
    card: true,
    bridge: bridge ?? "",
    firewall: true,
    link_down: false,
    model: "virtio",
  };
}

const cardKeys = ["model", "macaddr", "bridge", "tag", "firewall", "link_down", "mtu", "rate", "queues", "trunks"];

/** What is sent; defaults are left out, so that the file says what somebody chose. */
export function vmParameters(values: Values): Parameters {
  const sent: Parameters = {};
  const set = (name: string, unless = "") => {
    const value = text(values, name);
    if (value !== "" && value !== unless) sent[name] = value;
  };
  for (const name of ["vmid", "name", "ostype", "scsihw", "sockets", "cores", "cpu", "memory", "onboot", "agent"])
    set(name);
  set("machine", "pc");
  set("bios", "seabios");
  const boot: string[] = [];
  if (values.disk === true) {
    const key = `${text(values, "bus")}0`;
    sent[key] = [text(values, "path"), values.discard === true && "discard=on"].filter(Boolean).join(",");
    boot.push(key);
  }
  if (text(values, "cdrom") !== "") {
    sent.ide2 = `${text(values, "cdrom")},media=cdrom`;
    boot.push("ide2");
  }
  if (values.card === true) {
    const card = Object.fromEntries(cardKeys.filter((key) => key in values).map((key) => [key, values[key] ?? ""]));
    sent.net0 = writeCard(cardOf(card, {}, "qemu"), "qemu");
    boot.push("net0");
  }
  if (boot.length > 0) sent.boot = `order=${boot.join(";")}`;
  return sent;
}

/** Which step holds a parameter that the server refused. */
export function stepOf(steps: Step[], parameter: string): number {
  const known = {
    net0: "network",
    ide2: "disks",
    boot: "disks",
    scsi0: "disks",
    virtio0: "disks",
    sata0: "disks",
    ide0: "disks",
  }[parameter];
  return steps.findIndex((step) => step.key === known || step.fields.some((field) => field.name === parameter));
}
