// Somebody else was faster: what it was, what they made of it, what I would, and what to do about it.
import { Alert, Button, Group, Stack, Table, Text } from "@mantine/core";
import { UsersRound } from "lucide-react";
import { useEffect, useRef } from "react";
import type { Difference } from "./conflict";
import styles from "./conflict_view.module.css";

/** What to do: leave it as they made it, send mine on top of theirs, or look at the form again. */
export type Choice = "theirs" | "mine" | "edit";

interface Props {
  /** Name of what both edited. */
  what: string;
  differences: Difference[];
  /** They removed it. */
  gone: boolean;
  choose: (choice: Choice) => void;
}

export function ConflictView({ what, differences, gone, choose }: Props) {
  const top = useRef<HTMLDivElement>(null);
  useEffect(() => top.current?.focus(), []);
  return (
    <Stack gap="sm">
      <Alert
        ref={top}
        tabIndex={-1}
        role="alert"
        color="orange"
        icon={<UsersRound size={18} />}
        title={gone ? `Somebody else removed ${what} meanwhile` : `Somebody else changed ${what} meanwhile`}
      >
        Nothing of yours is saved yet.{" "}
        {gone
          ? "You can leave it removed, or make it again as you have it."
          : "Keep mine saves what you changed on top of theirs; where both changed the same, yours counts."}
      </Alert>
      <Versions differences={differences} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={() => choose("edit")}>
          Go on editing
        </Button>
        <Button variant="default" onClick={() => choose("theirs")}>
          {gone ? "Leave it removed" : "Take theirs"}
        </Button>
        <Button onClick={() => choose("mine")}>{gone ? "Make it again" : "Keep mine"}</Button>
      </Group>
    </Stack>
  );
}

function Versions({ differences }: { differences: Difference[] }) {
  const cell = (value: string | null) =>
    value === null ? <span className="quiet">left alone</span> : value || <span className="quiet">empty</span>;
  return (
    <Table withTableBorder layout="fixed" fz="sm" aria-label="Versions" className={styles.versions}>
      <Table.Thead>
        <Table.Tr>
          {["Field", "As it was", "Theirs, now", "Yours"].map((title) => (
            <Table.Th key={title}>{title}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {differences.map(({ field, was, theirs, mine, clash }) => (
          <Table.Tr key={field.name} className={clash ? styles.clash : undefined}>
            <Table.Th scope="row">
              {field.label}
              {clash && (
                <Text size="xs" c="var(--db-warn)">
                  both changed it
                </Text>
              )}
            </Table.Th>
            <Table.Td>{cell(was)}</Table.Td>
            <Table.Td>{cell(theirs)}</Table.Td>
            <Table.Td>{cell(mine)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
