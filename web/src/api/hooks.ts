// Reading for components: what is shown is what the server said last, kept fresh by events, by polling when they fail.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import {
  type Answer,
  type AnswerOf,
  type AnyTarget,
  type ApiError,
  ask,
  fill,
  type Method,
  offersForce,
  type Parameters,
  type ParametersOf,
  type Target,
} from "./client";
import { useLive } from "./events";

/** One thing that the API shows. */
export interface Shown<T> {
  data: T | undefined;
  /** Keys beside `data` in the answer, such as `changes` of the network list. */
  extra: Record<string, unknown>;
  error: ApiError | null;
  loading: boolean;
  /** When it was read, as Date.now() has it. */
  at: number;
  reload: () => void;
}

/** An ApiError on its way through the query library, which knows failures only as exceptions. */
class Failed extends Error {
  readonly api: ApiError;
  constructor(api: ApiError) {
    super(api.message);
    this.api = api;
  }
}

const pollEvery = 5_000;

/** Parameters of a GET, then how often to ask in any case; both may be left out where nothing must be there. */
type Asked<P extends AnyTarget> =
  Record<string, never> extends ParametersOf<"GET", P>
    ? [parameters?: ParametersOf<"GET", P>, every?: number]
    : [parameters: ParametersOf<"GET", P>, every?: number];

/**
 * Shows a GET. A null target asks nothing. `every` polls in any case (traffic, logs); without it the server's events
 * tell when to read again, and polling steps in only while they are cut off.
 */
export function useGet<P extends Target<"GET">>(
  target: P | null,
  ...[parameters, every]: Asked<P>
): Shown<AnswerOf<"GET", P>> {
  const live = useLive();
  const { path, rest } = fill(target ?? "", (parameters ?? {}) as Parameters);
  const query = useQuery({
    queryKey: [path, rest],
    enabled: target !== null,
    queryFn: async ({ signal }) => {
      const answer = await ask<AnswerOf<"GET", P>>("GET", path, rest, { signal });
      if (!answer.ok) throw new Failed(answer.error);
      return answer;
    },
    refetchInterval: every ?? (live ? false : pollEvery),
    // Other parameters of the same thing (a log filter) may show what was there; another thing never may.
    placeholderData: (previous, before) => (before?.queryKey[0] === path ? previous : undefined),
  });
  const reload = useCallback(() => void query.refetch(), [query.refetch]);
  return {
    data: query.data?.data,
    extra: query.data?.extra ?? {},
    error: query.error instanceof Failed ? query.error.api : null,
    loading: query.isPending && target !== null,
    at: query.dataUpdatedAt,
    reload,
  };
}

/** Reads again everything below the given paths. */
export function useReload() {
  const queries = useQueryClient();
  return useCallback(
    (touches: string[]) =>
      queries.invalidateQueries({
        predicate: ({ queryKey }) => touches.some((prefix) => String(queryKey[0]).startsWith(prefix)),
        refetchType: "active",
      }),
    [queries],
  );
}

/** Sends a change and reads again everything below the paths that it touches; their {names} are the change's own. */
export function useSend() {
  const reload = useReload();
  return useCallback(
    async <V extends Exclude<Method, "GET">, P extends Target<V>>(
      method: V,
      target: P,
      parameters: ParametersOf<V, P>,
      touches: AnyTarget[] = [target],
      options: { proof?: boolean } = {},
    ): Promise<Answer<AnswerOf<V, P>>> => {
      const { path, rest } = fill(target, parameters as Parameters);
      const once = async (more: Parameters = {}) => {
        const answer = await ask<AnswerOf<V, P>>(method, path, { ...rest, ...more }, options);
        await reload(touches.map((each) => fill(each, parameters as Parameters).path));
        return answer;
      };
      const answer = await once();
      if (!answer.ok && offersForce(answer.error)) answer.error.again = () => once({ force: true });
      return answer;
    },
    [reload],
  );
}
