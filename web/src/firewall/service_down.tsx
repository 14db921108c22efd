// Files are one thing, what is in force another: when the service that puts rules into force is down, every page of the firewall
// says so.
import { Alert, Code } from "@mantine/core";
import { ShieldAlert } from "lucide-react";
import { useGet } from "../api/hooks";

export function ServiceDown({ node }: { node: string }) {
  const { data } = useGet("/nodes/{node}/firewall/status", { node }, 5000);
  if (!data || data.service || !data.enabled) return null;
  return (
    <Alert
      role="status"
      color="orange"
      icon={<ShieldAlert size={18} />}
      title="The service that puts rules into force does not run"
      style={{ flex: "none" }}
    >
      Rules that were in force stay so; changes wait in the files. Start it on the node:{" "}
      <Code>systemctl start drawbridge-daemon</Code>
    </Alert>
  );
}
