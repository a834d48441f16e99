import { TWENTY } from "../kit/checks/pace.mjs";
import { runDoor } from "../kit/door.mjs";
import { versionOf } from "../kit/report.mjs";
import { SECRET } from "../kit/secret.mjs";

const MODEL = "gemini-2.5-flash";
const [name = "@google/genai"] = process.argv.slice(2);
const { ApiError, GoogleGenAI } = await import(name);

const requestOf = ({ prompt, tokensMax, signal }) => ({
  model: MODEL,
  contents: prompt,
  config: { maxOutputTokens: tokensMax, ...(signal === undefined ? {} : { abortSignal: signal }) },
});

await runDoor({
  door: "@google/genai",
  version: versionOf(name),
  provider: "google",
  model: MODEL,
  pace: TWENTY.untold,
  client({ url, sdkOptions }, { timeout, maxRetries } = {}) {
    const { fetch, timeout: timeoutOfSluice } = sdkOptions();
    return new GoogleGenAI({
      apiKey: SECRET,
      httpOptions: {
        baseUrl: url,
        fetch,
        timeout: timeout ?? timeoutOfSluice,
        ...(maxRetries === undefined ? {} : { retryOptions: { attempts: maxRetries + 1 } }),
      },
    });
  },
  async ask(client, ask) {
    const { text, usageMetadata } = await client.models.generateContent(requestOf(ask));
    return { text, input: usageMetadata.promptTokenCount, output: usageMetadata.candidatesTokenCount };
  },
  async *stream(client, ask) {
    for await (const { text } of await client.models.generateContentStream(requestOf(ask))) yield text ?? "";
  },
  typedStatus: (error) => (error instanceof ApiError ? error.status : undefined),
});
