// Node → Topology: from the wire on the left to the guests on the right. Pointing at a thing, or moving to it with Tab,
// lights its way to both ends.
import "@xyflow/react/dist/base.css";
import { Switch, useComputedColorScheme } from "@mantine/core";
import { Background, Controls, type Edge, ReactFlow } from "@xyflow/react";
import { Waypoints } from "lucide-react";
import { useMemo, useState } from "react";
import { useGet } from "../api/hooks";
import { useRates } from "../network/rates";
import { Dot } from "../widgets/dot";
import { Empty } from "../widgets/empty";
import { Panel } from "../widgets/panel";
import { Problem } from "../widgets/problem";
import { type Graph, graphOf, pathOf } from "./graph";
import { layout, size } from "./layout";
import { ThingCard, type ThingNode } from "./thing_card";
import styles from "./topology.module.css";

const nodeTypes = { thing: ThingCard };

export function TopologyPage({ node }: { node: string }) {
  const { data, error, loading, at, reload } = useGet("/nodes/{node}/topology", { node }, 3000);
  const plan = useGet("/nodes/{node}/network-plan", { node });
  const [pendingToo, setPendingToo] = useState(true);
  const [pointed, setPointed] = useState<string | null>(null);
  const scheme = useComputedColorScheme("light");
  const traffic = useRates(data?.links, at);
  const operations = pendingToo && plan.data?.pending ? plan.data.operations : [];
  const graph = useMemo(() => graphOf(data?.links ?? [], operations), [data, operations]);
  // Places follow from what there is, not from how much runs through it.
  const shape = graph.things.map((thing) => thing.id).join() + graph.lines.map((line) => line.id).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the shape says it all.
  const spots = useMemo(() => new Map(layout(graph).map((spot) => [spot.id, spot])), [shape]);
  const lit = useMemo(() => (pointed ? pathOf(graph, pointed) : null), [graph, pointed]);
  const nodes: ThingNode[] = graph.things.map((thing) => ({
    id: thing.id,
    type: "thing",
    position: spots.get(thing.id) ?? { x: 0, y: 0 },
    data: {
      thing,
      rate: traffic.get(thing.id),
      lit: lit?.has(thing.id) ?? false,
      dimmed: lit !== null && !lit.has(thing.id),
    },
    draggable: false,
    // Told, not measured: a node that has to be measured anew is hidden meanwhile, and the pointer falls through it.
    width: size.width,
    height: size.height,
    measured: { width: size.width, height: size.height },
    ariaLabel: label(graph, thing.id),
  }));
  return (
    <Panel
      label="Topology"
      fill
      toolbar={
        <>
          <Legend />
          <span style={{ flex: 1 }} />
          {plan.data?.pending && (
            <Switch
              label="Pending changes"
              checked={pendingToo}
              onChange={(event) => setPendingToo(event.currentTarget.checked)}
            />
          )}
        </>
      }
    >
      <Problem error={error} retry={reload} />
      {!loading && !error && graph.things.length === 0 && (
        <Empty icon={Waypoints} title="No links to draw">
          Create a bridge under Network, and it shows here with all that hangs on it.
        </Empty>
      )}
      {graph.things.length > 0 && (
        <div
          role="group"
          aria-label="Links of the node"
          className={styles.frame}
          onFocus={(event) => setPointed(nodeAt(event.target))}
        >
          <ReactFlow
            key={shape}
            nodes={nodes}
            edges={edgesOf(graph, lit, (id) => traffic.get(id))}
            nodeTypes={nodeTypes}
            colorMode={scheme}
            fitView
            fitViewOptions={{ padding: 0.06, maxZoom: 1.1 }}
            minZoom={0.15}
            nodesConnectable={false}
            onNodeMouseEnter={(_, one) => setPointed(one.id)}
            onNodeMouseLeave={() => setPointed(null)}
            onNodeClick={(_, one) => setPointed(one.id)}
            onPaneClick={() => setPointed(null)}
          >
            <Background gap={22} size={1} />
            <Controls showInteractive={false} />
          </ReactFlow>
        </div>
      )}
    </Panel>
  );
}

/** The thing that has the keyboard. */
function nodeAt(element: Element): string | null {
  return element.closest(".react-flow__node")?.getAttribute("data-id") ?? null;
}

function label(graph: Graph, id: string): string {
  const way = [...pathOf(graph, id)].filter((one) => one !== id);
  return way.length > 0 ? `${id}, on one way with ${way.join(", ")}` : id;
}

const strokes = { created: "var(--db-good)", deleted: "var(--db-bad)", changed: "var(--db-warn)" };

/** Lines get thicker with what runs through them: by its logarithm, since links differ by thousands. */
function edgesOf(
  graph: Graph,
  lit: Set<string> | null,
  rateOf: (id: string) => { rx: number; tx: number } | undefined,
): Edge[] {
  return graph.lines.map(({ id, from, to, change }) => {
    const guest = graph.things.find((thing) => thing.id === to)?.link.guest;
    const rate = rateOf(guest ? to : from);
    const weight = rate ? Math.min(5, 1.5 + Math.log10(1 + (rate.rx + rate.tx) / 1000)) : 1.5;
    const on = lit?.has(from) && lit.has(to);
    return {
      id,
      source: from,
      target: to,
      type: "default",
      focusable: false,
      style: {
        stroke: change
          ? strokes[change]
          : on
            ? "var(--mantine-primary-color-filled)"
            : "color-mix(in srgb, var(--db-quiet) 60%, transparent)",
        strokeWidth: on ? weight + 1 : weight,
        strokeDasharray: change ? "6 4" : undefined,
        opacity: lit && !on ? 0.25 : 1,
      },
    };
  });
}

function Legend() {
  return (
    <div className={styles.legend}>
      <span>
        <Dot tone="good" /> link
      </span>
      <span>
        <Dot tone="warn" /> no link
      </span>
      <span>
        <Dot tone="off" /> down
      </span>
      <span>colours are VLANs, thickness is traffic</span>
    </div>
  );
}
