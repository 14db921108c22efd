// A dialog of fields. Fields are checked while typing; what the server says about one stands at that field, until it is
// changed.
import { Button, Collapse, Group, Modal, SimpleGrid, Stack, UnstyledButton } from "@mantine/core";
import { ChevronRight } from "lucide-react";
import { type FormEvent, type ReactNode, useMemo, useRef, useState } from "react";
import type { Answer, ApiError } from "../api/client";
import { FormField } from "./form_field";
import { type Field, type FieldValue, problems, text, type Values, visible } from "./form_values";
import { Insist } from "./insist";
import { Problem } from "./problem";

/** How sending went; or the form goes on, with these values. */
export type Submitted = Answer<unknown> | { goOn: Values };

export interface FormDialogProps {
  title: ReactNode;
  fields: Field[];
  initial: Values;
  /** The button's word. */
  word: string;
  submit: (values: Values) => Promise<Submitted>;
  close: () => void;
  /** What the server calls a field, where that is something else. */
  fieldOf?: (parameter: string) => string;
  /** Something between the fields and the buttons that depends on what is typed. */
  footer?: (values: Values) => ReactNode;
  wide?: boolean;
  /** Shown in place of the form while something else has to be decided; `leave` is what Esc means then. */
  instead?: { content: ReactNode; leave: () => void } | null;
}

export function FormDialog({
  title,
  fields,
  initial,
  word,
  submit,
  close,
  fieldOf = (name) => name,
  footer,
  wide,
  instead,
}: FormDialogProps) {
  const form = useRef<HTMLFormElement>(null);
  const [values, setValues] = useState<Values>(initial);
  const [touched, setTouched] = useState<Set<string>>(new Set());
  const [refused, setRefused] = useState<ApiError | null>(null);
  const [told, setTold] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const found = useMemo(() => problems(fields, values), [fields, values]);
  const errorOf = (name: string) => told[name] ?? (touched.has(name) ? found[name] : undefined);
  const advanced = fields.filter((field) => field.advanced);
  const [open, setOpen] = useState(() => advanced.some((field) => text(initial, field.name) !== ""));
  const folded = advanced.some((field) => errorOf(field.name)) ? true : open;

  const set = (field: Field, value: FieldValue) => {
    setValues((now) => ({ ...now, [field.name]: value, ...field.follow?.(value, now) }) as Values);
    setTold(({ [field.name]: _, ...rest }) => rest);
    setRefused(null);
    if (typeof value !== "boolean") setTouched((now) => new Set(now).add(field.name));
  };
  const focusFirst = (names: string[]) =>
    setTimeout(() => {
      const first = fields.find((field) => names.includes(field.name));
      if (first) form.current?.querySelector<HTMLElement>(`[data-field="${first.name}"]`)?.focus();
    });
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setTouched(new Set(fields.map((field) => field.name)));
    if (Object.keys(found).length > 0) return void focusFirst(Object.keys(found));
    setBusy(true);
    const answer = await submit(values);
    setBusy(false);
    if ("goOn" in answer) return setValues(answer.goOn);
    take(answer);
  };
  const take = (answer: Answer<unknown>) => {
    if (answer.ok) return close();
    const atFields = Object.fromEntries(
      Object.entries(answer.error.errors).map(([name, words]) => [fieldOf(name), words]),
    );
    setTold(atFields);
    setRefused({ ...answer.error, errors: atFields });
    focusFirst(Object.keys(atFields));
  };
  const block = (list: Field[]) =>
    list
      .filter((field) => visible(field, values))
      .map((field) => (
        <FormField
          key={field.name}
          field={field}
          values={values}
          error={errorOf(field.name)}
          set={(value) => set(field, value)}
        />
      ));
  const columns = (list: Field[]) => (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="lg" verticalSpacing="xs">
        <Stack gap="xs">{block(list.filter((field) => (field.column ?? "left") === "left"))}</Stack>
        <Stack gap="xs">{block(list.filter((field) => field.column === "right"))}</Stack>
      </SimpleGrid>
      {block(list.filter((field) => field.column === "wide"))}
    </>
  );
  const shownFields = fields.filter((field) => visible(field, values)).map((field) => field.name);
  return (
    <Modal
      opened
      onClose={instead?.leave ?? close}
      title={title}
      size={wide ? "xl" : "lg"}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {instead?.content}
      <form ref={form} onSubmit={send} noValidate hidden={Boolean(instead)}>
        <Stack gap="sm">
          {columns(fields.filter((field) => !field.advanced))}
          {advanced.some((field) => visible(field, values)) && (
            <div>
              <UnstyledButton
                onClick={() => setOpen(!folded)}
                aria-expanded={folded}
                fz="xs"
                fw={600}
                py={4}
                c="dimmed"
              >
                <Group gap={4}>
                  <ChevronRight
                    size={14}
                    style={{ rotate: folded ? "90deg" : "0deg", transition: "rotate 120ms" }}
                    aria-hidden
                  />
                  Advanced
                </Group>
              </UnstyledButton>
              <Collapse expanded={folded}>
                <Stack gap="sm" pt={4}>
                  {columns(advanced)}
                </Stack>
              </Collapse>
            </div>
          )}
          {footer?.(values)}
          <Problem error={refused} shown={shownFields} />
          <Group justify="flex-end" gap="xs" mt={4}>
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Insist error={refused} done={take} />
            <Button type="submit" loading={busy}>
              {word}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
