// #region retry options
import { createSluice } from "sluice";

const sluice = createSluice({
  deadlineMs: 120_000, // from the call to the answer, all waits and tries included
  attemptTimeoutMs: 30_000, // one try, from when it is really sent
  queue: { waitMaxMs: 60_000 }, // one wait in the local queue
  retry: { attemptsMax: 8, budgetRatio: 0.5 },
});

// #endregion

export { sluice };

export async function fails(body: string): Promise<string> {
  // #region status of a refusal
  const response = await sluice.fetch("https://api.together.xyz/v1/chat/completions", { method: "POST", body });
  if (response.status === 429) return `refused, ask again in ${response.headers.get("retry-after") ?? "a while"}`;
  // #endregion
  return response.text();
}

// #region errors of our own
import { isSluiceError } from "sluice";

export async function explain(task: () => Promise<string>): Promise<string> {
  try {
    return await sluice.schedule(task, { key: "my-model", deadlineMs: 5_000 });
  } catch (error) {
    if (!isSluiceError(error)) throw error; // the task's own
    return `${error.code} after ${error.attempts ?? 0} tries; again in ${error.retryAfterMs ?? "?"} ms`;
  }
}
// #endregion

export async function abort(signal: AbortSignal): Promise<void> {
  // #region abort
  await sluice.schedule(({ signal: ofTheTry }) => fetch("https://example.com/v1/models", { signal: ofTheTry }), {
    signal,
  });
  // #endregion
}
