// Before Apply: what will happen, in one glance, and how long the page has to prove that it still reaches the node.
import { Alert, Button, Checkbox, Group, List, Modal, Select, Stack, Text } from "@mantine/core";
import { Route, ShieldAlert, UsersRound, Zap } from "lucide-react";
import { useState } from "react";
import { type Answer, type ApiError, onceDone, request } from "../api/client";
import { useSend } from "../api/hooks";
import type { Diagnostic, NetworkPlan } from "../api/types";
import { isConflict } from "../widgets/conflict";
import { count } from "../widgets/format";
import { Insist } from "../widgets/insist";
import { Problem } from "../widgets/problem";
import { cutsOf, onlyGains } from "./cuts";

interface Props {
  node: string;
  plan: NetworkPlan | undefined;
  close: () => void;
  /** The node has taken the change: its task, and its window in seconds if it is on trial. */
  begun: (upid: string, seconds?: number) => void;
  showTask: (upid: string) => void;
}

const windows = ["30", "60", "120", "300"].map((value) => ({ value, label: `${value} seconds` }));

export function ApplyDialog({ node, plan: atFirst, close, begun, showTask }: Props) {
  const send = useSend();
  const [seconds, setSeconds] = useState("60");
  const [guarded, setGuarded] = useState(true);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  // What is read here is what is applied, and nothing that a colleague adds meanwhile.
  const [plan, setPlan] = useState(atFirst);
  const [edited, setEdited] = useState(false);
  const operations = plan?.operations ?? [];
  const disruptive = [...new Set(operations.filter((one) => one.disruptive).map((one) => one.object))];
  const reach = plan?.reach ?? [];
  const cuts = cutsOf(plan?.warnings ?? []);
  const apply = async () => {
    setBusy(true);
    const answer = await send(
      "PUT",
      "/nodes/{node}/network",
      { node, digest: plan?.digest, "confirm-within": guarded ? Number(seconds) : undefined },
      ["/nodes/{node}/network", "/nodes/{node}/tasks"],
    );
    setBusy(false);
    await taken(
      onceDone(answer, ({ data: upid }) => {
        begun(upid, guarded ? Number(seconds) : undefined);
        if (!guarded) showTask(upid);
      }),
    );
  };
  const taken = async (answer: Answer<unknown>) => {
    if (answer.ok) return close();
    if (!isConflict(answer.error)) return setError(answer.error);
    const now = await request("GET", "/nodes/{node}/network-plan", { node });
    if (!now.ok) return setError(now.error);
    setPlan(now.data);
    setEdited(true);
    setError(null);
  };
  return (
    <Modal opened onClose={close} title="Apply Configuration" size="lg" closeButtonProps={{ "aria-label": "Close" }}>
      <Stack gap="sm">
        {edited && (
          <Alert
            color="orange"
            icon={<UsersRound size={18} />}
            title="Somebody else edited the pending changes"
            role="alert"
          >
            {plan?.pending
              ? "Nothing is applied yet. This is what they would do now: read it again."
              : "Nothing is pending any more."}
          </Alert>
        )}
        <Text>
          {operations.length === 0
            ? "The kernel is already as the file will be; only the file changes."
            : `The kernel is changed in ${count(operations.length, "step")}, read again and compared.`}
        </Text>
        <CutAlert color="red" title="You may lose this connection" list={cuts.session} />
        <CutAlert color="red" title="Guests are cut off" list={cuts.guests} />
        <CutAlert color="orange" title="This page stands still for a moment" list={cuts.pauses} />
        {disruptive.length > 0 && (
          <Alert color="orange" icon={<Zap size={18} />} title="Traffic is interrupted for a moment">
            on {disruptive.join(", ")}
          </Alert>
        )}
        {reach.length > 0 && (
          <Alert color={onlyGains(reach) ? "gray" : "orange"} icon={<Route size={18} />} title="This node">
            <List size="sm">
              {reach.map((text) => (
                <List.Item key={text}>{text}</List.Item>
              ))}
            </List>
          </Alert>
        )}
        <Checkbox
          checked={guarded}
          onChange={(event) => setGuarded(event.currentTarget.checked)}
          label="Keep the change only if this page still reaches the node"
          description="If it does not, the node puts everything back by itself."
        />
        {guarded && (
          <Select
            label="Undo after"
            data={windows}
            value={seconds}
            onChange={(next) => setSeconds(next ?? "60")}
            allowDeselect={false}
            w={180}
          />
        )}
        <Problem error={error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Insist error={error} done={taken} />
          <Button onClick={apply} loading={busy} data-autofocus>
            Apply
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function CutAlert({ color, title, list }: { color: string; title: string; list: Diagnostic[] }) {
  if (list.length === 0) return null;
  return (
    <Alert color={color} icon={<ShieldAlert size={18} />} title={title} role="alert">
      <List size="sm">
        {list.map((one) => (
          <List.Item key={one.code + one.message}>
            {one.message}
            {one.hint && <span className="quiet"> {one.hint}</span>}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
