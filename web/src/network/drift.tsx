// Nothing is pending, and still the kernel is not as the file says: somebody changed it by hand, or something did.
import { UnstyledButton } from "@mantine/core";
import { ChevronRight, GitCompareArrows } from "lucide-react";
import { useState } from "react";
import type { Operation } from "../api/types";
import { count } from "../widgets/format";
import { Panel } from "../widgets/panel";
import { Steps } from "./steps";

export function Drift({ operations }: { operations: Operation[] }) {
  const [open, setOpen] = useState(false);
  return (
    <Panel label="Differences between kernel and file">
      <UnstyledButton onClick={() => setOpen(!open)} aria-expanded={open} px="sm" py={9} fz="sm">
        <span style={{ display: "inline-flex", alignItems: "center", gap: 8 }}>
          <ChevronRight size={14} aria-hidden style={{ rotate: open ? "90deg" : "0deg" }} />
          <GitCompareArrows size={15} aria-hidden color="var(--db-warn)" />
          The kernel differs from the file in {count(operations.length, "point")}
          <span className="quiet">the next apply mends it</span>
        </span>
      </UnstyledButton>
      {open && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard.
        <div role="region" aria-label="Steps to mend it" tabIndex={0} style={{ maxHeight: 260, overflow: "auto" }}>
          <Steps operations={operations} />
        </div>
      )}
    </Panel>
  );
}
