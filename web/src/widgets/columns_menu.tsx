// Which columns a table shows; the choice stays in this browser.
import { ActionIcon, Checkbox, Menu, Tooltip } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { Columns3 } from "lucide-react";
import type { Column } from "./table_rows";

/** The columns to show, and the menu that chooses them. `name` tells tables apart. */
export function useColumns<T>(name: string, all: Column<T>[]) {
  const [chosen, setChosen] = useLocalStorage<Record<string, boolean>>({
    key: `drawbridge.columns.${name}`,
    defaultValue: {},
  });
  const seen = (column: Column<T>) => chosen[column.key] ?? !column.hidden;
  const menu = (
    <Menu closeOnItemClick={false} position="bottom-end">
      <Menu.Target>
        <Tooltip label="Columns">
          <ActionIcon aria-label="Columns">
            <Columns3 size={16} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {all.map((column) => (
          <Menu.Item key={column.key} onClick={() => setChosen({ ...chosen, [column.key]: !seen(column) })}>
            <Checkbox
              readOnly
              tabIndex={-1}
              checked={seen(column)}
              label={column.title}
              style={{ pointerEvents: "none" }}
            />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
  return { columns: all.filter(seen), menu };
}
