// Reading for components: what is shown is what the server said last, kept fresh by events, by polling when they fail.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { type Answer, type ApiError, type Method, type Parameters, request } from "./client";
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

/**
 * Shows a GET. A null target asks nothing. `every` polls in any case (traffic, logs); without it the server's events
 * tell when to read again, and polling steps in only while they are cut off.
 */
export function useGet<T>(target: string | null, parameters: Parameters = {}, every?: number): Shown<T> {
  const live = useLive();
  const query = useQuery({
    queryKey: [target ?? "", parameters],
    enabled: target !== null,
    queryFn: async ({ signal }) => {
      const answer = await request<T>("GET", target ?? "", parameters, { signal });
      if (!answer.ok) throw new Failed(answer.error);
      return answer;
    },
    refetchInterval: every ?? (live ? false : pollEvery),
    // Other parameters of the same thing (a log filter) may show what was there; another thing never may.
    placeholderData: (previous, before) => (before?.queryKey[0] === target ? previous : undefined),
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

/** Sends a change and reads again everything below the paths that it touches. */
export function useSend() {
  const reload = useReload();
  return useCallback(
    async <T = unknown>(
      method: Exclude<Method, "GET">,
      target: string,
      parameters: Parameters = {},
      touches: string[] = [target],
    ): Promise<Answer<T>> => {
      const answer = await request<T>(method, target, parameters);
      await reload(touches);
      return answer;
    },
    [reload],
  );
}
