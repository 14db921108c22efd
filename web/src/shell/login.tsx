// The way in: name, password and realm, then the second factor for who has one.
import { Button, Paper, PasswordInput, Select, Stack, Text, TextInput, Title } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { ApiError } from "../api/client";
import { login, secondFactor } from "../api/session";
import styles from "./login.module.css";
import { Logo } from "./logo";

const realms = [
  { value: "pam", label: "Linux PAM (accounts of this machine)" },
  { value: "pve", label: "Built-in (accounts of Drawbridge)" },
];

function refusal(error: ApiError): string {
  if (error.status === 401) return "Name, password or realm is not right. Try again.";
  if (error.status === 429) return "Too many tries. Wait a minute, then try again.";
  return error.message;
}

/** `again` is who was logged in before the ticket ran out: only the password is asked for. */
export function Login({ again = "" }: { again?: string }) {
  const at = again.lastIndexOf("@");
  const [name, setName] = useState(at > 0 ? again.slice(0, at) : "root");
  const [realm, setRealm] = useState(
    at > 0 ? again.slice(at + 1) : (localStorage.getItem("drawbridge.realm") ?? "pam"),
  );
  const [password, setPassword] = useState("");
  const [challenge, setChallenge] = useState("");
  const [code, setCode] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);

  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError("");
    const username = name.includes("@") ? name : `${name}@${realm}`;
    const step = challenge ? await secondFactor(username, challenge, code) : await login(username, password);
    setBusy(false);
    if (step.step === "done") localStorage.setItem("drawbridge.realm", realm);
    else if (step.step === "second-factor") setChallenge(step.challenge);
    else {
      setError(
        challenge && step.error.status === 401 ? "That code is not right, or was used already." : refusal(step.error),
      );
      setCode("");
    }
  };

  return (
    <main className={styles.page}>
      <Paper withBorder shadow="md" radius="md" p="xl" w={380} maw="calc(100vw - 24px)">
        <form onSubmit={send}>
          <Stack gap="sm">
            <Stack align="center" gap={6} mb={6}>
              <Logo size={44} />
              <Title order={1}>Drawbridge</Title>
              <Text c="dimmed" size="xs">
                {challenge
                  ? "One more step"
                  : again
                    ? "Your login ran out. Log in to go on where you were."
                    : location.hostname}
              </Text>
            </Stack>
            {challenge ? (
              <TextInput
                label="Code"
                description="Six digits of your authenticator, or one of your recovery codes"
                size="sm"
                value={code}
                onChange={(event) => setCode(event.currentTarget.value)}
                autoComplete="one-time-code"
                autoFocus
                required
                withAsterisk={false}
              />
            ) : (
              <>
                <TextInput
                  label="User name"
                  size="sm"
                  value={name}
                  onChange={(event) => setName(event.currentTarget.value)}
                  autoComplete="username"
                  autoCapitalize="none"
                  required
                  withAsterisk={false}
                />
                <PasswordInput
                  label="Password"
                  size="sm"
                  value={password}
                  onChange={(event) => setPassword(event.currentTarget.value)}
                  autoComplete="current-password"
                  autoFocus
                  required
                  withAsterisk={false}
                />
                <Select
                  label="Realm"
                  size="sm"
                  data={realms}
                  value={realm}
                  onChange={(next) => setRealm(next ?? "pam")}
                  allowDeselect={false}
                />
              </>
            )}
            <Text c="var(--db-bad)" size="sm" role="alert" aria-live="assertive" mih={20}>
              {error}
            </Text>
            <Button type="submit" size="sm" loading={busy} fullWidth>
              {challenge ? "Check the code" : "Log in"}
            </Button>
            {challenge && (
              <Button variant="subtle" size="xs" onClick={() => setChallenge("")}>
                Back
              </Button>
            )}
          </Stack>
        </form>
      </Paper>
    </main>
  );
}
