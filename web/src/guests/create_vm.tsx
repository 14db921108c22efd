// The wizard for a new VM. Steps can be walked in any order; those with a fault are marked.
import { Button, Checkbox, Group, Modal, SimpleGrid, Stack, Table, Tabs } from "@mantine/core";
import { CircleAlert } from "lucide-react";
import { useMemo, useState } from "react";
import { useNavigate } from "react-router";
import type { ApiError } from "../api/client";
import { useGet, useReload, useSend } from "../api/hooks";
import { useUser } from "../api/session";
import type { Interface, NodeItem } from "../api/types";
import { places } from "../shell/places";
import { finished } from "../tasks/finish";
import { FormField } from "../widgets/form_field";
import { type FieldValue, problems, text, type Values, visible } from "../widgets/form_values";
import { Problem } from "../widgets/problem";
import { nestedErrors } from "./nested_errors";
import { type Step, startValues, stepOf, vmParameters, vmSteps } from "./vm_steps";

interface Props {
  node: string;
  nodes: NodeItem[];
  close: () => void;
}

/** Waits for what the first values depend on, so that nothing typed is overwritten. */
export function CreateVm({ node, nodes, close }: Props) {
  const user = useUser();
  const next = useGet("/cluster/nextid");
  const bridges = useGet("/nodes/{node}/network", { node, type: "any_bridge" });
  if (next.loading || bridges.loading) return null;
  const names = (bridges.data ?? []).map((bridge) => bridge.iface).sort();
  const initial = startValues(node, String(next.data ?? "100"), names[0], user);
  return <Wizard nodes={nodes} bridges={bridges.data ?? []} initial={initial} close={close} />;
}

interface WizardProps {
  nodes: NodeItem[];
  bridges: Interface[];
  initial: Values;
  close: () => void;
}

function Wizard({ nodes, bridges, initial, close }: WizardProps) {
  const send = useSend();
  const reload = useReload();
  const go = useNavigate();
  const user = useUser();
  const steps = useMemo(() => vmSteps(nodes, bridges, user), [nodes, bridges, user]);
  const [values, setValues] = useState<Values>(initial);
  const [at, setAt] = useState(0);
  const [visited, setVisited] = useState<Set<number>>(new Set());
  const [told, setTold] = useState<Record<string, string>>({});
  const [refused, setRefused] = useState<ApiError | null>(null);
  const [start, setStart] = useState(false);
  const [busy, setBusy] = useState(false);
  const last = steps.length;
  const faults = steps.map((step) => ({ ...problems(step.fields, values), ...pick(told, step) }));
  const faulty = (index: number) => visited.has(index) && Object.keys(faults[index] ?? {}).length > 0;
  const clean = faults.every((found) => Object.keys(found).length === 0);

  const visit = (to: number) => {
    setVisited((now) => new Set([...now, at, ...(to === last ? steps.keys() : [])]));
    setAt(to);
  };
  const set = (name: string, value: FieldValue, more: Partial<Values> = {}) => {
    setValues((now) => ({ ...now, [name]: value, ...more }) as Values);
    setTold(({ [name]: _, ...rest }) => rest);
    setRefused(null);
  };
  const create = async () => {
    setBusy(true);
    const node = text(values, "node");
    const parameters = { ...vmParameters(values), node, vmid: Number(text(values, "vmid")), start: start || undefined };
    const answer = await finished(await send("POST", "/nodes/{node}/qemu", parameters, []));
    await reload(["/cluster", "/nodes"]);
    setBusy(false);
    if (answer.ok) {
      close();
      return void go(places.guest(node, "qemu", text(values, "vmid")));
    }
    const error = nestedErrors(answer.error, "net0");
    setTold(error.errors);
    setRefused(error);
    const where = Object.keys(error.errors)
      .map((name) => stepOf(steps, name))
      .filter((index) => index >= 0);
    if (where[0] !== undefined) setAt(where[0]);
  };
  return (
    <Modal
      opened
      onClose={close}
      title="Create: Virtual Machine"
      size="xl"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Tabs value={String(at)} onChange={(key) => visit(Number(key))} keepMounted={false}>
        <Tabs.List>
          {[...steps.map((step) => step.label), "Confirm"].map((label, index) => (
            <Tabs.Tab
              key={label}
              value={String(index)}
              rightSection={faulty(index) && <CircleAlert size={13} color="var(--db-bad)" aria-label="has a fault" />}
            >
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <div style={{ minHeight: 300, paddingTop: 16 }}>
          {steps.map((step, index) => (
            <Tabs.Panel key={step.key} value={String(index)}>
              <StepFields
                step={step}
                values={values}
                errors={visited.has(index) ? (faults[index] ?? {}) : pick(told, step)}
                set={set}
              />
            </Tabs.Panel>
          ))}
          <Tabs.Panel value={String(last)}>
            <Review values={values} />
            <Checkbox
              mt="sm"
              label="Start after created"
              checked={start}
              onChange={(event) => setStart(event.currentTarget.checked)}
            />
          </Tabs.Panel>
          <Problem
            error={refused}
            shown={Object.keys(told).filter((name) => stepOf(steps, name) === at && name !== "net0")}
          />
        </div>
        <Group justify="flex-end" gap="xs" mt="md">
          <Button variant="default" disabled={at === 0} onClick={() => visit(at - 1)}>
            Back
          </Button>
          {at < last ? (
            <Button onClick={() => visit(at + 1)}>Next</Button>
          ) : (
            <Button onClick={create} loading={busy} disabled={!clean}>
              Finish
            </Button>
          )}
        </Group>
      </Tabs>
    </Modal>
  );
}

function pick(errors: Record<string, string>, step: Step): Record<string, string> {
  return Object.fromEntries(
    Object.entries(errors).filter(([name]) => step.fields.some((field) => field.name === name)),
  );
}

interface StepProps {
  step: Step;
  values: Values;
  errors: Record<string, string>;
  set: (name: string, value: FieldValue, more?: Partial<Values>) => void;
}

function StepFields({ step, values, errors, set }: StepProps) {
  const block = (column: string) =>
    step.fields
      .filter((field) => (field.column ?? "left") === column && visible(field, values))
      .map((field) => (
        <FormField
          key={field.name}
          field={field}
          values={values}
          error={errors[field.name]}
          set={(value) => set(field.name, value, field.follow?.(value, values))}
        />
      ));
  return (
    <Stack gap="xs">
      {block("wide")}
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="lg">
        <Stack gap="xs">{block("left")}</Stack>
        <Stack gap="xs">{block("right")}</Stack>
      </SimpleGrid>
    </Stack>
  );
}

function Review({ values }: { values: Values }) {
  return (
    <Table withTableBorder layout="fixed" fz="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={150}>Key</Table.Th>
          <Table.Th>Value</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {Object.entries(vmParameters(values)).map(([key, value]) => (
          <Table.Tr key={key}>
            <Table.Td>{key}</Table.Td>
            <Table.Td style={{ overflowWrap: "anywhere" }}>{String(value)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
