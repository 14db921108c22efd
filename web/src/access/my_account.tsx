// What the menu of who is logged in opens: password, second factors, rights.
import { Modal } from "@mantine/core";
import { useUser } from "../api/session";
import { FactorsPage } from "./factors_page";
import { PasswordDialog } from "./password_dialog";
import { RightsDialog } from "./rights_view";

export type AccountPart = "password" | "factors" | "rights";

export function MyAccount({ part, close }: { part: AccountPart; close: () => void }) {
  const me = useUser();
  switch (part) {
    case "password":
      return <PasswordDialog userid={me} close={close} />;
    case "rights":
      return <RightsDialog close={close} />;
    case "factors":
      return (
        <Modal opened onClose={close} size="xl" title="My second factor" closeButtonProps={{ "aria-label": "Close" }}>
          <div style={{ display: "flex", minHeight: 320 }}>
            <FactorsPage only={me} />
          </div>
        </Modal>
      );
  }
}
