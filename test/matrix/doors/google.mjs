import { packages, sdk } from "../kit/cell.mjs";
import { TWENTY } from "../kit/checks/pace.mjs";
import { runDoor } from "../kit/door.mjs";

const MODEL = "gemini-2.5-flash";
const { ApiError } = await import(packages[sdk]);

const requestOf = ({ own: { maxRetries } }, { prompt, tokensMax, signal }) => ({
  model: MODEL,
  contents: prompt,
  config: {
    maxOutputTokens: tokensMax,
    ...(signal === undefined ? {} : { abortSignal: signal }),
    ...(maxRetries === undefined ? {} : { httpOptions: { retryOptions: { attempts: maxRetries + 1 } } }),
  },
});

await runDoor({
  provider: "google",
  model: MODEL,
  pace: TWENTY.untold,
  async ask(made, ask) {
    const { text, usageMetadata } = await made.client.models.generateContent(requestOf(made, ask));
    return { text, input: usageMetadata.promptTokenCount, output: usageMetadata.candidatesTokenCount };
  },
  async *stream(made, ask) {
    for await (const { text } of await made.client.models.generateContentStream(requestOf(made, ask))) yield text ?? "";
  },
  typedStatus: (error) => (error instanceof ApiError ? error.status : undefined),
});
