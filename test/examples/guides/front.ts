// #region front page
import OpenAI from "openai";
import { createSluice } from "sluice";
// #endregion

export async function answers(prompts: readonly string[]): Promise<readonly unknown[]> {
  // #region front page
  const sluice = createSluice(); // no configuration needed
  const client = new OpenAI(sluice.sdkOptions());

  const ask = (content: string) =>
    client.chat.completions.create({ model: "gpt-4.1-mini", messages: [{ role: "user", content }] });
  const answers = await Promise.all(prompts.map(ask));
  // #endregion
  return answers;
}
