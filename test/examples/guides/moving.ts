import Bottleneck from "bottleneck";
import PQueue from "p-queue";
import pThrottle from "p-throttle";
import { createSluice } from "sluice";

declare const prompts: readonly string[];
declare function ask(prompt: string): Promise<Response>;

const sluice = createSluice();

export async function fromBottleneck(): Promise<readonly Response[]> {
  // #region bottleneck before
  const limiter = new Bottleneck({
    reservoir: 600,
    reservoirRefreshAmount: 600,
    reservoirRefreshInterval: 60_000,
    maxConcurrent: 10,
  });
  limiter.on("failed", (error, { retryCount }) =>
    error.status === 429 && retryCount < 5 ? 2 ** retryCount * 1_000 : undefined,
  );
  const answers = await Promise.all(prompts.map((prompt) => limiter.schedule({ priority: 5 }, () => ask(prompt))));
  // #endregion
  return answers;
}

export async function toSluice(): Promise<readonly Response[]> {
  // #region bottleneck after
  const answers = await Promise.all(
    prompts.map((prompt) => sluice.schedule(() => ask(prompt), { key: "gpt-4.1-mini", priority: 5 })),
  );
  // #endregion
  return answers;
}

export async function fromQueue(): Promise<readonly Response[]> {
  // #region p-queue before
  const queue = new PQueue({ concurrency: 20, interval: 1_000, intervalCap: 10 });
  const answers = await Promise.all(prompts.map((prompt) => queue.add(() => ask(prompt), { priority: 1 })));
  // #endregion
  return answers;
}

export async function toSchedule(): Promise<readonly Response[]> {
  // #region p-queue after
  const answers = await Promise.all(
    prompts.map((prompt) => sluice.schedule(() => ask(prompt), { key: "gpt-4.1-mini", priority: 1 })),
  );
  // #endregion
  return answers;
}

export async function fromThrottle(): Promise<readonly Response[]> {
  // #region p-throttle before
  const throttled = pThrottle({ limit: 10, interval: 1_000 })(ask);
  const answers = await Promise.all(prompts.map((prompt) => throttled(prompt)));
  // #endregion
  return answers;
}

// #region pasted bucket before
/** The one that everybody has somewhere. */
class TokenBucket {
  #tokens = 600;
  #atMs = Date.now();

  async take(): Promise<void> {
    for (;;) {
      const nowMs = Date.now();
      this.#tokens = Math.min(600, this.#tokens + ((nowMs - this.#atMs) * 600) / 60_000);
      this.#atMs = nowMs;
      if (this.#tokens >= 1) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    this.#tokens--;
  }
}
// #endregion

export async function fromBucket(): Promise<Response> {
  const prompt = prompts[0] ?? "";
  const bucket = new TokenBucket();
  // #region pasted loop before
  for (let attempt = 0; ; attempt++) {
    await bucket.take();
    const response = await ask(prompt);
    if (response.status !== 429 || attempt === 5) return response;
    await new Promise((resolve) => setTimeout(resolve, 2 ** attempt * 1_000));
  }
  // #endregion
}

export async function toFetch(body: string): Promise<Response> {
  // #region pasted bucket after
  const response = await sluice.fetch("https://api.together.xyz/v1/chat/completions", {
    method: "POST",
    headers: { authorization: `Bearer ${process.env["TOGETHER_API_KEY"]}`, "content-type": "application/json" },
    body,
  });
  // #endregion
  return response;
}
