// An error, in the server's own words, with what can be done about it.
import { Alert, Button, Group, List } from "@mantine/core";
import { CircleAlert } from "lucide-react";
import type { ApiError } from "../api/client";

interface Props {
  error: ApiError | null;
  /** Parameters whose errors are shown elsewhere, at their fields. */
  shown?: string[];
  retry?: () => void;
}

export function Problem({ error, shown = [], retry }: Props) {
  if (!error) return null;
  const others = Object.entries(error.errors).filter(([name]) => !shown.includes(name));
  // All of it stands at the fields already.
  if (others.length === 0 && Object.keys(error.errors).length > 0) return null;
  return (
    <Alert color="red" icon={<CircleAlert size={18} />} title={error.message} role="alert" my={4}>
      {others.length > 0 && (
        <List size="sm" spacing={2}>
          {others.map(([name, text]) => (
            <List.Item key={name}>
              <code>{name}</code>: {text}
            </List.Item>
          ))}
        </List>
      )}
      {error.status === 403 && "Ask whoever administers this node for that privilege."}
      {retry && error.status !== 403 && (
        <Group mt={6}>
          <Button variant="default" onClick={retry}>
            Try again
          </Button>
        </Group>
      )}
    </Alert>
  );
}
