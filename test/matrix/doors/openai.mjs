import assert from "node:assert/strict";
import { createSluice } from "sluice";
import { startServer } from "sluice/simulations";
import { runChecks, versionOf } from "../kit/report.mjs";

const [name = "openai6"] = process.argv.slice(2);
const { default: OpenAI } = await import(name);

await runChecks(
  { door: "openai", version: versionOf(name) },
  {
    async "200 calls into a limit of 20 a second are all answered"() {
      const limit = { kind: "policer", requestsPerSecond: 20, depthMs: 1_000 };
      const server = await startServer({ provider: "openai", limit, latency: { firstByteMs: 20 } });
      const sluice = createSluice({ provider: "openai" });
      const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "sk-simulated", ...sluice.sdkOptions() });
      const ask = { model: "deepseek-ai/DeepSeek-V3", max_tokens: 4, messages: [{ role: "user", content: "hello" }] };
      await Promise.all(Array.from({ length: 200 }, () => client.chat.completions.create(ask)));
      const [{ accepted, throttled }] = server.state().lanes;
      await sluice.close();
      await server.close();
      assert.equal(accepted, 200);
      return { throttled };
    },
  },
);
