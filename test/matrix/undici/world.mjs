import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { createSluice } from "sluice";
import { sluiceInterceptor } from "sluice/undici";

/** The package that is checked: an alias of one version. */
const [name = "undici"] = process.argv.slice(2);
export const undici = await import(name);

export const secret = "Bearer sk-not-to-be-seen";
export const body = JSON.stringify({ model: "m", messages: [] });
export const usage = { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 };
export const FAST = { control: { rateInitial: 1e6, burst: 1_000 } };

/** How the server answers now, and what it was asked since `open`. */
export const api = { handler: ok };
export const seen = [];

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("error", () => {});
  request.on("end", () => {
    seen.push({ url: request.url, body: Buffer.concat(chunks).toString() });
    api.handler(request, response);
  });
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
export const origin = `http://127.0.0.1:${server.address().port}`;

export function answer(response, status, value, headers = {}) {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
}

export function ok(_request, response) {
  answer(response, 200, { usage });
}

export function onceRefused(request, response) {
  if (seen.length === 1) answer(response, 429, { error: { message: "slow down" } });
  else ok(request, response);
}

/** A sluice, the dispatcher that it governs, and what it tells. */
export function open(options = {}, compose = (gate) => [gate], agentOptions = {}) {
  seen.length = 0;
  api.handler = ok;
  const sluice = createSluice({ ...FAST, ...options });
  const events = [];
  sluice.event$.subscribe((event) => events.push(event));
  const agent = new undici.Agent(agentOptions);
  const dispatcher = agent.compose(...compose(sluiceInterceptor(sluice)));
  const post = (path = "/", more = {}) =>
    dispatcher.request({ origin, path, method: "POST", body, headers: { authorization: secret }, ...more });
  const of = (type) => events.filter((event) => event.type === type);
  return { sluice, dispatcher, events, of, post };
}

export function queued(sluice) {
  return sluice.budgets().reduce((most, row) => Math.max(most, row.queued), 0);
}

export function inFlight(sluice) {
  return sluice.budgets().reduce((most, row) => Math.max(most, row.inFlight), 0);
}

export async function until(condition, what = "a condition") {
  for (let tries = 0; tries < 1_000; tries++) {
    const value = condition();
    if (value) return value;
    await sleep(10);
  }
  throw new Error(`it never came to be: ${what}`);
}
