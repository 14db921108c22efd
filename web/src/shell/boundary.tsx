// If one part of the page fails, the rest stays: the tree, the tabs, a change on trial.
import { Button } from "@mantine/core";
import { Bug } from "lucide-react";
import { Component, type ReactNode } from "react";
import { Empty } from "../widgets/empty";

interface Props {
  /** Another one begins anew. */
  place: string;
  children: ReactNode;
}

export class Boundary extends Component<Props, { failed: string | null }> {
  override state: { failed: string | null } = { failed: null };

  static getDerivedStateFromError(error: unknown) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }

  override componentDidUpdate(before: Props) {
    if (before.place !== this.props.place && this.state.failed !== null) this.setState({ failed: null });
  }

  override render() {
    if (this.state.failed === null) return this.props.children;
    return (
      <Empty
        icon={Bug}
        title="This part of the page has failed"
        action={<Button onClick={() => this.setState({ failed: null })}>Try again</Button>}
      >
        The node goes on as before. If it fails again, tell us what it says: <code>{this.state.failed}</code>
      </Empty>
    );
  }
}
