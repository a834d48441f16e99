import { createSluice } from "sluice";

const sluice = createSluice();

interface Job {
  readonly user: string;
  readonly text: string;
}

export { sluice };

export async function urgent(answer: (question: string) => Promise<string>, question: string): Promise<string> {
  // #region priorities
  const told = await sluice.with({ priority: 10, deadlineMs: 5_000 }, () => answer(question));
  // #endregion
  return told;
}

export async function fair(jobs: AsyncIterable<Job>, send: (job: Job) => Promise<string>): Promise<string[]> {
  const texts: string[] = [];
  // #region tenants
  for await (const text of sluice.map(jobs, send, { key: "gpt-4.1-mini", tenant: ({ user }) => user }))
    texts.push(text);
  // #endregion
  return texts;
}

// #region shared budget
import type { FetchRequest } from "sluice";

/** A key for each deployment, and one cap over all of them. */
const key = ({ url, model }: FetchRequest) => `azure/${new URL(url).host}/${model ?? "none"}`;
const governed = createSluice({ key, budgets: [{ match: "azure/", key: "azure", rateMax: 50, concurrencyMax: 100 }] });

// #endregion

export { governed };

export async function byHand(): Promise<void> {
  // #region by hand
  sluice.pause("gpt-4.1-mini"); // what is in flight goes on, what is new waits
  sluice.cap("gpt-4.1-mini", 2); // never more than two a second, whatever the server allows
  sluice.resume("gpt-4.1-mini");
  sluice.cap("gpt-4.1-mini", undefined);
  // #endregion
}
