// The code of the guides, as it stands there, compiled with the tests; `docs.test.ts` holds the two together, and runs it.
// #region first program
import OpenAI from "openai";
import { createSluice } from "sluice";

const sluice = createSluice();

/** Asks for everything at once: who has to wait waits in the local queue. */
export async function answerAll(baseURL: string, prompts: readonly string[]): Promise<readonly string[]> {
  const client = new OpenAI({ baseURL, apiKey: process.env["API_KEY"] ?? "any", ...sluice.sdkOptions() });
  const answers = await Promise.all(
    prompts.map((content) =>
      client.chat.completions.create({
        model: "Qwen/Qwen2.5-7B-Instruct-Turbo",
        messages: [{ role: "user", content }],
      }),
    ),
  );
  return answers.map(({ choices }) => choices[0]?.message.content ?? "");
}
// #endregion

export function look(): readonly unknown[] {
  // #region first look
  const rows = sluice.budgets();
  console.table(rows, ["ratePerSecond", "limitPerSecond", "phase", "queued", "accepted", "throttled"]);
  // #endregion
  return rows;
}

export async function end(): Promise<void> {
  // #region first end
  await sluice.close();
  // #endregion
}
