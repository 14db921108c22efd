// Which tabs a datacenter, a node and a guest have.
import {
  Activity,
  Building2,
  History,
  KeyRound,
  LayoutList,
  ListChecks,
  Network,
  ScrollText,
  Server,
  Shield,
  Waypoints,
} from "lucide-react";
import { lazy } from "react";
import { useParams } from "react-router";
import { useMay } from "../access/privileges";
import { useGet } from "../api/hooks";
import type { GuestKind } from "../api/types";
import { GuestActions } from "../guests/guest_actions";
import { TrialBanner } from "../network/trial_banner";
import { useTrial } from "../network/use_trial";
import { Dot } from "../widgets/dot";
import { DatacenterOverview } from "./datacenter_page";
import { Page } from "./page";
import { places } from "./places";

const AccessPage = lazy(() => import("../access/access_page").then((module) => ({ default: module.AccessPage })));
const AuditPage = lazy(() => import("../access/audit_page").then((module) => ({ default: module.AuditPage })));
const NicPage = lazy(() => import("../guests/nic_page").then((module) => ({ default: module.NicPage })));
const SummaryPage = lazy(() => import("../guests/summary_page").then((module) => ({ default: module.SummaryPage })));
const HistoryPage = lazy(() => import("../network/history_page").then((module) => ({ default: module.HistoryPage })));
const TaskPage = lazy(() => import("../tasks/task_page").then((module) => ({ default: module.TaskPage })));
const NetworkPage = lazy(() => import("../network/network_page").then((module) => ({ default: module.NetworkPage })));
const FirewallPage = lazy(() =>
  import("../firewall/firewall_page").then((module) => ({ default: module.FirewallPage })),
);
const TopologyPage = lazy(() =>
  import("../topology/topology_page").then((module) => ({ default: module.TopologyPage })),
);

export function DatacenterPage() {
  const { tab } = useParams();
  const may = useMay();
  const content = <FirewallPage level={{ kind: "datacenter" }} />;
  const firewall = { key: "firewall", label: "Firewall", icon: Shield, content };
  return (
    <Page
      title={
        <>
          <Building2 size={18} aria-hidden /> Datacenter
        </>
      }
      open={tab}
      place={places.datacenter}
      tabs={[
        { key: "overview", label: "Overview", icon: LayoutList, content: <DatacenterOverview /> },
        ...(may("/", "Sys.Audit") ? [firewall] : []),
        { key: "permissions", label: "Permissions", icon: KeyRound, content: <AccessPage /> },
        { key: "audit", label: "Audit log", icon: ScrollText, content: <AuditPage /> },
      ]}
    />
  );
}

export function NodePage() {
  const { node = "", tab } = useParams();
  const may = useMay();
  return may(`/nodes/${node}`, "Sys.Audit") ? <NodeTabs key={node} node={node} tab={tab} /> : <NodeTasks node={node} />;
}

/** Who may not look at the node has his own tasks there, and no more. */
function NodeTasks({ node }: { node: string }) {
  return (
    <Page
      title={
        <>
          <Server size={18} aria-hidden /> {node}
        </>
      }
      open="tasks"
      place={(key) => places.node(node, key)}
      tabs={[{ key: "tasks", label: "Tasks", icon: ListChecks, content: <TaskPage node={node} /> }]}
    />
  );
}

/** Made anew for each node, so that a change on trial is never shown on another. */
function NodeTabs({ node, tab }: { node: string; tab: string | undefined }) {
  const mayChange = useMay()(`/nodes/${node}`, "Sys.Modify");
  const trial = useTrial(node);
  const below = (content: React.ReactNode) => (
    <>
      <TrialBanner trial={trial} mayChange={mayChange} />
      {content}
    </>
  );
  return (
    <Page
      title={
        <>
          <Server size={18} aria-hidden /> {node}
        </>
      }
      open={tab}
      place={(key) => places.node(node, key)}
      tabs={[
        { key: "network", label: "Network", icon: Network, content: below(<NetworkPage node={node} trial={trial} />) },
        { key: "topology", label: "Topology", icon: Waypoints, content: below(<TopologyPage node={node} />) },
        { key: "history", label: "History", icon: History, content: below(<HistoryPage node={node} trial={trial} />) },
        {
          key: "firewall",
          label: "Firewall",
          icon: Shield,
          content: below(<FirewallPage level={{ kind: "node", node }} />),
        },
        { key: "tasks", label: "Tasks", icon: ListChecks, content: below(<TaskPage node={node} />) },
      ]}
    />
  );
}

export function GuestPage() {
  const { node = "", kind = "qemu", vmid = "0", tab } = useParams();
  const { data } = useGet("/cluster/resources");
  const guest = { node, kind: kind as GuestKind, vmid: Number(vmid) };
  const resource = data?.find((one) => one.vmid === guest.vmid);
  const running = resource?.status === "running";
  return (
    <Page
      key={vmid}
      title={
        <>
          <Dot tone={running ? "good" : "off"} label={running ? "running" : "stopped"} />
          {kind === "lxc" ? "Container" : "Virtual Machine"} {vmid}
          {resource?.name && <span className="quiet">{resource.name}</span>}
        </>
      }
      actions={<GuestActions {...guest} running={running} />}
      open={tab}
      place={(key) => places.guest(node, guest.kind, vmid, key)}
      tabs={[
        { key: "network", label: "Network", icon: Network, content: <NicPage {...guest} running={running} /> },
        { key: "summary", label: "Configuration", icon: Activity, content: <SummaryPage {...guest} /> },
        {
          key: "firewall",
          label: "Firewall",
          icon: Shield,
          content: <FirewallPage level={{ ...guest, kind: "guest", guest: guest.kind }} />,
        },
        { key: "tasks", label: "Tasks", icon: ListChecks, content: <TaskPage node={node} vmid={guest.vmid} /> },
      ]}
    />
  );
}
