// Everything together: who is logged in sees the frame, everybody else the way in.
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { HashRouter, Navigate, Route, Routes } from "react-router";
import { useGet } from "./api/hooks";
import { useUser } from "./api/session";
import { LostBanner, useConnection } from "./shell/connection";
import { Layout } from "./shell/layout";
import { Login } from "./shell/login";
import { DatacenterPage, GuestPage, NodePage } from "./shell/pages";
import { places } from "./shell/places";
import { cssVariables, theme } from "./theme";

const queries = new QueryClient({
  defaultOptions: { queries: { retry: false, staleTime: 1000, refetchOnWindowFocus: true } },
});

/** The server's nonce for styles made at run time; index.html carries it. */
const nonce = () => document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto" getStyleNonce={nonce}>
      <QueryClientProvider client={queries}>
        <HashRouter>
          <Gate />
        </HashRouter>
      </QueryClientProvider>
    </MantineProvider>
  );
}

function Gate() {
  const user = useUser();
  const [connection, loggedIn] = useConnection();
  const [again, setAgain] = useState("");
  // A ticket that ran out leaves the page where it was: only the password is asked for.
  useEffect(() => {
    if (connection === "logged-out" && user) setAgain(user);
  }, [connection, user]);
  const outside = user === "" || connection === "logged-out";
  // biome-ignore lint/correctness/useExhaustiveDependencies: what others could see is forgotten when somebody leaves.
  useEffect(() => {
    if (user === "") {
      queries.clear();
      setAgain("");
    } else loggedIn();
  }, [user]);
  if (outside) return <Login again={again} />;
  return (
    <div style={{ height: "100%", display: "flex", flexDirection: "column" }}>
      {(connection === "lost" || connection === "no-service") && <LostBanner connection={connection} />}
      <div style={{ flex: 1, minHeight: 0 }}>
        <Routes>
          <Route element={<Layout />}>
            <Route path="datacenter/:tab?" element={<DatacenterPage />} />
            <Route path="node/:node/:tab?" element={<NodePage />} />
            <Route path="guest/:node/:kind/:vmid/:tab?" element={<GuestPage />} />
            <Route path="*" element={<Home />} />
          </Route>
        </Routes>
      </div>
    </div>
  );
}

/** One node's network is what most come for; who has many nodes starts with the list. */
function Home() {
  const { data, loading } = useGet("/nodes");
  if (loading) return null;
  return <Navigate replace to={data?.length === 1 && data[0] ? places.node(data[0].node) : places.datacenter()} />;
}
