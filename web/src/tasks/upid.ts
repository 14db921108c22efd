// What a task's identifier says: UPID:node:PID:PSTART:START:type:id:user@realm: (numbers are hexadecimal).
export interface Upid {
  node: string;
  started: number;
  type: string;
  id: string;
  user: string;
}

export function readUpid(text: string): Upid | null {
  const [word, node, , , start, type, id, user] = text.split(":");
  if (word !== "UPID" || !node || !start || !type || user === undefined) return null;
  return { node, started: Number.parseInt(start, 16), type, id: id ?? "", user };
}

const words: Record<string, string> = {
  srvreload: "Apply network configuration",
  srvrollback: "Undo network change",
  networkapply: "Apply network configuration",
  qmcreate: "Create VM",
  qmconfig: "Configure VM",
  qmstart: "Start VM",
  qmstop: "Stop VM",
  qmshutdown: "Shut down VM",
  qmdestroy: "Delete VM",
  vzcreate: "Create container",
  vzstart: "Start container",
  vzstop: "Stop container",
  vzshutdown: "Shut down container",
  vzdestroy: "Delete container",
};

/** "Start VM 100" for qmstart and 100. */
export function describe(type: string, id?: string): string {
  const subject = id && id !== "networking" ? ` ${id}` : "";
  return `${words[type] ?? type}${subject}`;
}

export type Ending = "running" | "ok" | "warnings" | "error";

export function ending(status: string | undefined, stopped: boolean): Ending {
  if (!stopped) return "running";
  if (status === "OK") return "ok";
  return status?.startsWith("WARNINGS") ? "warnings" : "error";
}
