// #region cost of a fetch
import type { FetchRequest } from "sluice";
import { createSluice } from "sluice";

/** Four characters are a token, and an answer takes what the body allows it. */
function cost({ text = "" }: FetchRequest) {
  const { max_tokens: outputTokens = 500 } = JSON.parse(text || "{}") as { max_tokens?: number };
  return { tokens: text.length / 4 + outputTokens };
}

const sluice = createSluice({ cost });

// #endregion

export { cost, sluice };

export async function scheduled(send: (text: string) => Promise<Response>, text: string): Promise<Response> {
  // #region cost of a task
  const answer = await sluice.schedule(() => send(text), {
    key: "gpt-4.1-mini",
    cost: { inputTokens: text.length / 4, outputTokens: 300 },
  });
  // #endregion
  return answer;
}

export function rows(): readonly string[] {
  // #region token budgets
  const tokens = sluice.budgets().filter(({ dimension }) => /tokens/i.test(dimension));
  for (const { key, dimension, limitPerSecond, remaining } of tokens)
    console.log(key, dimension, limitPerSecond, remaining);
  // #endregion
  return tokens.map(({ dimension }) => dimension);
}
