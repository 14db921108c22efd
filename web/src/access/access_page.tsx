// Datacenter → Permissions: who there is, how they prove it, and what they may do.
import { SegmentedControl } from "@mantine/core";
import { useSessionStorage } from "@mantine/hooks";
import styles from "../firewall/firewall.module.css";
import { AclPage } from "./acl_page";
import { FactorsPage } from "./factors_page";
import { GroupsPage } from "./groups_page";
import { RolesPage } from "./roles_page";
import { TokensPage } from "./tokens_page";
import { UsersPage } from "./users_page";

const parts = {
  acl: { label: "Permissions", Page: AclPage },
  users: { label: "Users", Page: UsersPage },
  tokens: { label: "API Tokens", Page: TokensPage },
  factors: { label: "Two Factor", Page: FactorsPage },
  groups: { label: "Groups", Page: GroupsPage },
  roles: { label: "Roles", Page: RolesPage },
};
type Part = keyof typeof parts;

export function AccessPage() {
  const [chosen, setChosen] = useSessionStorage<Part>({ key: "drawbridge.access", defaultValue: "users" });
  const part = chosen in parts ? chosen : "users";
  const { Page } = parts[part];
  return (
    <div className={styles.page}>
      <div className={styles.kinds}>
        <SegmentedControl
          aria-label="Part of the permissions"
          value={part}
          onChange={(next) => setChosen(next as Part)}
          data={Object.entries(parts).map(([value, { label }]) => ({ value, label }))}
        />
      </div>
      <Page />
    </div>
  );
}
