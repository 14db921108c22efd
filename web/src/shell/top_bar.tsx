// Above everything: the mark, dark or light, who is logged in.
import { ActionIcon, Burger, Menu, Tooltip, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { CircleUser, KeyRound, LogOut, Moon, Radio, RectangleEllipsis, Smartphone, Sun } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { AccountPart } from "../access/my_account";
import { useLive } from "../api/events";
import { useGet } from "../api/hooks";
import { logout, useUser } from "../api/session";
import { Logo } from "./logo";
import styles from "./top_bar.module.css";

const MyAccount = lazy(() => import("../access/my_account").then((module) => ({ default: module.MyAccount })));

interface Props {
  open: boolean;
  toggle: () => void;
}

export function TopBar({ open, toggle }: Props) {
  const user = useUser();
  const live = useLive();
  const { data } = useGet("/version");
  const scheme = useComputedColorScheme("light");
  const { setColorScheme } = useMantineColorScheme();
  const [account, setAccount] = useState<AccountPart | null>(null);
  const other = scheme === "dark" ? "light" : "dark";
  return (
    <header className={styles.bar}>
      <Burger hiddenFrom="sm" opened={open} onClick={toggle} size="sm" color="#fff" aria-label="Nodes and guests" />
      <Logo />
      <span className={styles.name}>Drawbridge</span>
      <span className={styles.version}>{data?.drawbridge ?? data?.version}</span>
      <span className={styles.rest} />
      <Tooltip label={live ? "Changes show at once" : "Changes show every few seconds"}>
        <span className={styles.live} role="status" aria-label={live ? "Live" : "Polling"} data-live={live}>
          <Radio size={14} aria-hidden />
          <span className={styles.word}>{live ? "Live" : "Polling"}</span>
        </span>
      </Tooltip>
      <Tooltip label={`Switch to ${other}`}>
        <ActionIcon
          aria-label={`Switch to ${other}`}
          onClick={() => setColorScheme(other)}
          className={styles.icon}
          size="md"
        >
          {scheme === "dark" ? <Sun size={16} /> : <Moon size={16} />}
        </ActionIcon>
      </Tooltip>
      <Menu position="bottom-end">
        <Menu.Target>
          <button type="button" className={styles.user} aria-label={`Logged in as ${user}`}>
            <CircleUser size={16} aria-hidden />
            <span className={styles.word}>{user}</span>
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{user}</Menu.Label>
          <Menu.Item leftSection={<RectangleEllipsis size={14} />} onClick={() => setAccount("password")}>
            My password
          </Menu.Item>
          <Menu.Item leftSection={<Smartphone size={14} />} onClick={() => setAccount("factors")}>
            My second factor
          </Menu.Item>
          <Menu.Item leftSection={<KeyRound size={14} />} onClick={() => setAccount("rights")}>
            My permissions
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<LogOut size={14} />} onClick={logout}>
            Log out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {account && (
        <Suspense>
          <MyAccount part={account} close={() => setAccount(null)} />
        </Suspense>
      )}
    </header>
  );
}
