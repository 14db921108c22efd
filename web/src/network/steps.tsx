// What the kernel will be told, step by step. Steps that interrupt traffic are marked.
import { Badge } from "@mantine/core";
import { Zap } from "lucide-react";
import type { Operation } from "../api/types";
import styles from "./steps.module.css";

const words: Record<string, string> = {
  "create-link": "Create",
  "delete-link": "Delete",
  "set-up": "Bring up",
  "set-down": "Take down",
  "set-mtu": "Set the MTU of",
  "set-mac": "Set the MAC address of",
  "set-alias": "Describe",
  "set-master": "Attach",
  release: "Detach",
  "set-data": "Change settings of",
  "set-port": "Change port settings of",
  "set-sysctl": "Set kernel option of",
  "add-address": "Add an address to",
  "remove-address": "Remove an address from",
  "set-route": "Set the route to",
  "remove-route": "Remove the route to",
  "add-vlan": "Allow a VLAN on",
  "remove-vlan": "Forbid a VLAN on",
  "run-hook": "Run a hook of",
  "set-ethtool": "Set hardware options of",
  "add-fdb": "Add a forwarding entry on",
  "remove-fdb": "Remove a forwarding entry on",
  "start-dhcp": "Start DHCP on",
  "stop-dhcp": "Stop DHCP on",
  "set-rate": "Limit the rate of",
};

/** The words of an operation; an unknown one is told by its name. */
export const opWords = (op: string) => words[op] ?? `${op.charAt(0).toUpperCase()}${op.slice(1).replaceAll("-", " ")}:`;

const fileName = (file: string) => file.split("/").at(-1) ?? file;

export function Steps({ operations }: { operations: Operation[] }) {
  return (
    <ol className={styles.list} aria-label="Steps">
      {operations.map((operation, index) => (
        <li key={index} className={operation.disruptive ? styles.disruptive : undefined}>
          <span className={styles.number}>{index + 1}</span>
          <span className={styles.what}>
            {opWords(operation.op)} <b>{operation.object}</b> {operation.detail && <code>{operation.detail}</code>}
          </span>
          {operation.disruptive && (
            <Badge color="orange" leftSection={<Zap size={10} aria-hidden />}>
              interrupts traffic
            </Badge>
          )}
          {operation.why && (
            <span className={styles.why}>
              {fileName(operation.why.file)}:{operation.why.line}
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}
