import OpenAI from "openai";
import { createSluice } from "sluice";

export async function stream(baseURL: string, question: string): Promise<string> {
  await using sluice = createSluice();
  const client = new OpenAI({ baseURL, apiKey: "any", ...sluice.sdkOptions() });
  let text = "";
  // #region stream
  const stream = await client.chat.completions.create({
    model: "gpt-4.1-mini",
    messages: [{ role: "user", content: question }],
    stream: true,
    stream_options: { include_usage: true }, // so that tokens are settled by what was really used
  });
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
  // #endregion
  return text;
}

export async function leave(response: Response): Promise<void> {
  // #region leave a body
  await response.body?.cancel(); // the place is free at once
  // #endregion
}
