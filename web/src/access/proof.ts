// Who changes a password or a second factor proves who he is once more, with his own password; root@pam need not.
import type { Answer } from "../api/client";
import { useUser } from "../api/session";
import type { Field } from "../widgets/form_values";

export function useProof(name: "password" | "confirmation-password") {
  const me = useUser();
  const needed = me !== "root@pam";
  const field: Field = {
    name,
    label: "Your own password",
    kind: "secret",
    column: "wide",
    required: true,
    hint: `Of ${me}: to be sure that it is you`,
  };
  return { me, fields: needed ? [field] : [], needed, name };
}

/** A refusal of the password, told at its field. */
export function toldAtProof(answer: Answer<unknown>, name: string): Answer<unknown> {
  if (answer.ok || answer.error.status !== 401) return answer;
  const errors = { [name]: "This is not your password. After some wrong ones you have to wait a little." };
  return { ok: false, error: { ...answer.error, errors } };
}
