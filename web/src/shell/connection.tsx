// Whether the node answers, and the API service on it. When one does not, a banner says so and asks again every two seconds;
// when it does again, everything that is shown is read anew.
import { Loader, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { onStatus, request } from "../api/client";
import styles from "./connection.module.css";

export type Connection = "up" | "lost" | "no-service" | "logged-out";

/** Whoever faces the browser answers, but not the service behind it. */
const isGateway = (status: number) => status >= 502 && status <= 504;

/** A single request may fail by chance; two in a row mean something. */
export function judge(now: Connection, failures: number, status: number): { connection: Connection; failures: number } {
  if (status === 0 || isGateway(status)) {
    const down = status === 0 ? "lost" : "no-service";
    return { connection: failures >= 1 ? down : now, failures: failures + 1 };
  }
  if (status === 401) return { connection: "logged-out", failures: 0 };
  return { connection: "up", failures: 0 };
}

export function useConnection(): [Connection, () => void] {
  const [connection, setConnection] = useState<Connection>("up");
  const failures = useRef(0);
  const queries = useQueryClient();
  useEffect(
    () =>
      onStatus((status) => {
        setConnection((now) => {
          const next = judge(now, failures.current, status);
          failures.current = next.failures;
          return next.connection;
        });
      }),
    [],
  );
  const down = connection === "lost" || connection === "no-service";
  useEffect(() => {
    if (!down) return;
    const timer = setInterval(() => void request("GET", "/version", {}, { patience: 4000 }), 2000);
    return () => {
      clearInterval(timer);
      void queries.invalidateQueries({ refetchType: "active" });
    };
  }, [down, queries]);
  return [connection, () => setConnection("up")];
}

export function LostBanner({ connection }: { connection: Connection }) {
  const [since] = useState(() => Date.now());
  const [now, setNow] = useState(since);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className={styles.banner} role="alert">
      <Loader size={14} color="currentColor" aria-hidden />
      <Text size="sm" fw={600}>
        {connection === "no-service" ? "The node's API service has" : "The node has"} not answered for{" "}
        {Math.round((now - since) / 1000)} s.
      </Text>
      <Text size="sm">What you see is what was true before. This page goes on as soon as the node is back.</Text>
    </div>
  );
}
