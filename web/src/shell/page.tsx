// What stands right of the tree: the thing's name and state, its tabs, and the tab that is open.
import { Loader, Tabs } from "@mantine/core";
import type { LucideIcon } from "lucide-react";
import { type ReactNode, Suspense } from "react";
import { useNavigate } from "react-router";
import { Boundary } from "./boundary";
import styles from "./page.module.css";

export interface Tab {
  key: string;
  label: string;
  icon: LucideIcon;
  content: ReactNode;
}

interface Props {
  title: ReactNode;
  actions?: ReactNode;
  tabs: Tab[];
  open: string | undefined;
  place: (tab: string) => string;
}

export function Page({ title, actions, tabs, open, place }: Props) {
  const go = useNavigate();
  const here = tabs.find((tab) => tab.key === open) ?? tabs[0];
  if (!here) return null;
  return (
    <Tabs value={here.key} onChange={(key) => key && go(place(key))} className={styles.page}>
      <div className={styles.head}>
        <div className={styles.title}>
          <h1>{title}</h1>
          {actions}
        </div>
        <Tabs.List className={styles.tabs}>
          {tabs.map(({ key, label, icon: Icon }) => (
            <Tabs.Tab key={key} value={key} leftSection={<Icon size={14} aria-hidden />}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </div>
      <Tabs.Panel value={here.key} className={styles.content}>
        <Boundary place={`${place("")}${here.key}`}>
          <Suspense fallback={<Loader size="sm" m="xl" aria-label="Loading" />}>{here.content}</Suspense>
        </Boundary>
      </Tabs.Panel>
    </Tabs>
  );
}
