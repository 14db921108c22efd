// What is shown once: text to copy, in one click.
import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import { Check, Copy } from "lucide-react";
import styles from "./access.module.css";

export function SecretText({ text, label }: { text: string; label: string }) {
  return (
    <div className={styles.secret}>
      <code className="mono">{text}</code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? "Copied" : `Copy ${label}`}>
            <ActionIcon aria-label={`Copy ${label}`} onClick={copy} color={copied ? "green" : "gray"}>
              {copied ? <Check size={15} /> : <Copy size={15} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </div>
  );
}
