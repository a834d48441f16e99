import { Agent, fetch } from "undici";
import { body, headers } from "./loopback.mjs";

// The call that `sluice run` makes, bare, in a process of its own that is told how many to send: node bare.mjs URL CONCURRENCY
const [url, concurrency] = process.argv.slice(2);
const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0 });

process.on("message", async (requests) => {
  const started = process.hrtime.bigint();
  let left = requests;
  const worker = async () => {
    while (left-- > 0) {
      const response = await fetch(url, { method: "POST", headers, body, dispatcher });
      await response.text();
    }
  };
  await Promise.all(Array.from({ length: Number(concurrency) }, worker));
  process.send(Number(process.hrtime.bigint() - started) / 1e9);
});
