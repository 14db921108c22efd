// Test a packet: it goes through every stage of the rules, as the files are now, and each step is drawn.
import { Alert, Badge, Button, SimpleGrid, Stack, Text } from "@mantine/core";
import { CircleCheck, CircleX, FlaskConical } from "lucide-react";
import { type FormEvent, useState } from "react";
import { type ApiError, type Parameters, request } from "../api/client";
import { useGet } from "../api/hooks";
import type { Resource, Verdict } from "../api/types";
import { Empty } from "../widgets/empty";
import { FormField } from "../widgets/form_field";
import { type Field, problems, text, type Values, visible } from "../widgets/form_values";
import { Panel } from "../widgets/panel";
import { Problem } from "../widgets/problem";
import styles from "./firewall.module.css";
import type { Level } from "./level";
import { hasPorts, isIcmp, protocols } from "./rule_words";

/** Ends that a packet may have: the node, the world, each guest of the node. */
function zones(resources: Resource[], node: string | undefined) {
  const guests = resources.filter((one) => (one.type === "qemu" || one.type === "lxc") && one.node === node);
  return [
    { value: "outside", label: "outside (the wire)" },
    { value: "host", label: "the node itself" },
    ...guests.map((one) => ({
      value: `${one.type === "lxc" ? "ct" : "vm"}${one.vmid}`,
      label: `${one.vmid}${one.name ? ` (${one.name})` : ""}`,
    })),
    { value: "nfvm", label: "a guest without firewall" },
  ];
}

function fieldsOf(ends: { value: string; label: string }[]): Field[] {
  const proto = (values: Values) => text(values, "protocol");
  const ports = (values: Values) => hasPorts(proto(values));
  return [
    { name: "from", label: "From", kind: "choice", required: true, options: ends },
    { name: "source", label: "Source address", kind: "text", placeholder: "any" },
    { name: "sport", label: "Source port", kind: "text", show: ports },
    { name: "to", label: "To", kind: "choice", required: true, options: ends, column: "right" },
    { name: "dest", label: "Destination address", kind: "text", placeholder: "any", column: "right" },
    { name: "dport", label: "Dest. port", kind: "text", show: ports, column: "right", placeholder: "22 or ssh" },
    {
      name: "protocol",
      label: "Protocol",
      kind: "suggest",
      required: true,
      options: protocols.map(([value, about]) => ({ value, label: value, about })),
    },
    {
      name: "icmp-type",
      label: "ICMP type",
      kind: "text",
      show: (values) => isIcmp(proto(values)),
      column: "right",
      placeholder: "8",
    },
    { name: "vlan", label: "VLAN", kind: "text", column: "right", placeholder: "untagged", advanced: true },
  ];
}

export function TestPage({ level }: { level: Level }) {
  const nodes = useGet("/nodes");
  const { data: resources } = useGet("/cluster/resources");
  const node = level.kind === "datacenter" ? nodes.data?.[0]?.node : level.node;
  const me = level.kind === "guest" ? `${level.guest === "lxc" ? "ct" : "vm"}${level.vmid}` : "host";
  const status = useGet(node ? "/nodes/{node}/firewall/status" : null, { node: node ?? "" });
  const [values, setValues] = useState<Values>({
    from: "outside",
    to: me,
    protocol: "tcp",
    dport: level.kind === "guest" ? "80" : "22",
  });
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const fields = fieldsOf(zones(resources ?? [], node));
  const found = problems(fields, values);

  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (!node || Object.keys(found).length > 0) return;
    setBusy(true);
    const parameters: Parameters = {};
    for (const field of fields)
      if (visible(field, values) && text(values, field.name) !== "") parameters[field.name] = text(values, field.name);
    const answer = await request("POST", "/nodes/{node}/firewall/simulate", { ...parameters, node });
    setBusy(false);
    setError(answer.ok ? null : answer.error);
    setVerdict(answer.ok ? answer.data : null);
  };
  const block = (column: string) =>
    fields
      .filter((field) => (field.column ?? "left") === column && visible(field, values))
      .map((field) => (
        <FormField
          key={field.name}
          field={field}
          values={values}
          error={error?.errors[field.name] ?? (text(values, field.name) === "" ? undefined : found[field.name])}
          set={(value) => setValues((now) => ({ ...now, [field.name]: value }))}
        />
      ));
  return (
    <div className={styles.split} style={{ gridTemplateColumns: "repeat(auto-fit, minmax(min(340px, 100%), 1fr))" }}>
      <Panel label="Packet" title="A packet" padded>
        <form onSubmit={send}>
          <Stack gap="sm">
            <SimpleGrid cols={2} spacing="md">
              <Stack gap="xs">{block("left")}</Stack>
              <Stack gap="xs">{block("right")}</Stack>
            </SimpleGrid>
            <Problem error={error} shown={fields.map((field) => field.name)} />
            <Button type="submit" loading={busy} leftSection={<FlaskConical size={14} />}>
              Test the packet
            </Button>
            <Text size="xs" c="dimmed">
              Nothing is sent. The packet begins a new connection and goes through the rules as the files have them now.
            </Text>
          </Stack>
        </form>
      </Panel>
      <Panel label="What becomes of it" title="What becomes of it" fill>
        <div aria-live="polite">
          {verdict ? (
            <Trace verdict={verdict} off={status.data?.enabled === false} />
          ) : (
            <Empty icon={FlaskConical} title="Describe a packet and test it">
              You see each list it meets, and the rule that decides.
            </Empty>
          )}
        </div>
      </Panel>
    </div>
  );
}

const short = (file: string) => file.split("/").at(-1) ?? file;

function Trace({ verdict, off }: { verdict: Verdict; off: boolean }) {
  const good = verdict.action === "ACCEPT";
  const decides = verdict.rule;
  return (
    <Stack gap="xs" p="sm">
      <Alert
        color={good ? "green" : "red"}
        icon={good ? <CircleCheck size={20} /> : <CircleX size={20} />}
        title={verdict.action}
      >
        {decides ? (
          <>
            by <code>{decides.text}</code> ({short(decides.file)}:{decides.line})
          </>
        ) : (
          <span>
            {off ? "The firewall of the datacenter is off: nothing is filtered." : "by the policy: no rule matched."}
          </span>
        )}
      </Alert>
      <ol className={styles.trace} aria-label="Steps">
        {verdict.trace.map((step, index) => {
          const own = decides && step.file === decides.file && step.line === decides.line;
          return (
            <li key={index} className={own ? styles.decides : undefined}>
              <Text size="xs" c="dimmed" fw={600}>
                {step.stage}
                {step.list !== step.stage && ` › ${step.list}`}
                {step.file && (
                  <Badge ml={6} color="gray">
                    {short(step.file)}:{step.line}
                  </Badge>
                )}
              </Text>
              <Text size="xs" className="mono" style={{ overflowWrap: "anywhere" }}>
                {step.rule.replace(/\s+#.*$/, "")}
              </Text>
            </li>
          );
        })}
      </ol>
    </Stack>
  );
}
