import { parseArgs } from "node:util";
import type { SimulatedModel } from "../../simulations/server/catalog.js";
import { startServer } from "../../simulations/server/http.js";
import type { ServiceState } from "../../simulations/server/service.js";
import { HEADER_ERAS, type HeaderEra } from "../../simulations/server/voice.js";
import { isSluiceError } from "../errors.js";
import { type Io, UsageError } from "./command.js";
import { interrupted } from "./interrupted.js";
import { jobsOf } from "./serve/jobs.js";
import { limitOf, sharedOf } from "./serve/limit.js";
import { number } from "./serve/number.js";
import { readSchedule } from "./serve/schedule.js";

export const summary = "a simulated AI API on real HTTP that limits as the chosen provider does";

export const help = `sluice serve: ${summary}

Usage: sluice serve [options]

The first line on stdout is its URL. It answers /v1/chat/completions (plain and streamed), /v1/embeddings,
/v1/images/generations, /v1/fine-tunes, /v1/files, /v1/batches and /v1/models on loopback, until Ctrl-C. In other
providers' forms it answers /v1/responses, /v1/messages (Anthropic), /v1beta/models/MODEL:generateContent and
:streamGenerateContent (Google), /v2/chat (Cohere) and /openai/v1/… (Groq).

What it is:
  --port N            TCP port; default 0, a free one
  --provider NAME     whose headers and errors it speaks; default together
  --headers ERA       every: limit headers on all responses (default); refusals: on 429s alone; none;
                      2025, 2024: as Together in those years
  --model ID          offers this model (embedding models have "embed", "bert" or "bge" in their names, image models "flux",
                      "image" or "diffusion"); may be repeated
  --seed N            draws answers and latencies; default 1
  --latency MS        median time to the first byte; default 200
  --token-latency MS  time for each token of an answer; default 2

Its limits, for each model and organisation (API key):
  --limit RPS         a fixed number of requests a second; without it Together's dynamic rate, and 10 elsewhere
  --tokens TPS        tokens a second; default: not limited
  --base RPS, --cap RPS   range of Together's dynamic rate; default 1 and 100
  --usage-window S    the dynamic rate is twice the mean successful rate of so many seconds; default 3600
  --attribution       the dynamic rate only tells 429 from 503; what there is capacity for gets in
  --depth S           how much may come at once, in seconds of the rate; default 1
  --capacity RPS      what the platform carries for everybody; 503 beyond; default: any number
  --shared RPS        what chat and embeddings of one organisation share beside all that; default: nothing
  --in-flight N       requests of one organisation under way at once; default: any number
  --fine-tunes N      fine-tuning jobs of one organisation at once; default 3; --fine-tune-time S: how long each takes; default 60
  --batches N         batches of one organisation at once, of up to 100 requests each; default 10; --batch-rate RPS: how fast
                      they are worked off, one after another; default 10
  --schedule WHAT     moves while it runs: 10s:4,30s:capacity=2,1m:none,90s:outage=5s, or a JSON file

  --json              stdout has the first line as JSON, and at the end what became of all requests

While it runs: GET /__state tells all it knows; POST /__control {"requestsPerSecond": 4} moves a limit; so do tokensPerSecond,
sharedPerSecond, capacityPerSecond, inFlightMax, outageMs, latency and fault, with "model" for one model and "atMs" for later.
`;

const OPTIONS = {
  port: { type: "string", default: "0" },
  provider: { type: "string", default: "together" },
  headers: { type: "string", default: "every" },
  model: { type: "string", multiple: true },
  seed: { type: "string", default: "1" },
  latency: { type: "string", default: "200" },
  "token-latency": { type: "string", default: "2" },
  limit: { type: "string" },
  tokens: { type: "string" },
  base: { type: "string" },
  cap: { type: "string" },
  "usage-window": { type: "string" },
  attribution: { type: "boolean", default: false },
  depth: { type: "string" },
  capacity: { type: "string" },
  "in-flight": { type: "string" },
  shared: { type: "string" },
  "fine-tunes": { type: "string" },
  "fine-tune-time": { type: "string" },
  batches: { type: "string" },
  "batch-rate": { type: "string" },
  schedule: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

/** What is under way may end for so long after Ctrl-C. */
const GRACE_MS = 2_000;

/** Exit code after Ctrl-C. */
const INTERRUPTED = 130;

export async function main(argv: readonly string[], io: Io): Promise<number> {
  const { values } = parseArgs({ args: [...argv], options: OPTIONS, strict: true, allowPositionals: false });
  const port = number("port", values.port, { min: 0, max: 65_535, isInteger: true });
  const options = {
    port,
    provider: values.provider,
    headers: era(values.headers),
    seed: number("seed", values.seed, { isInteger: true }),
    limit: limitOf(values),
    ...sharedOf(values),
    ...jobsOf(values),
    latency: {
      firstByteMs: number("latency", values.latency, { max: 3_600_000 }),
      perTokenMs: number("token-latency", values["token-latency"], { max: 60_000 }),
    },
    ...(values.model === undefined ? {} : { models: values.model.map(modelOf) }),
    schedule: values.schedule === undefined ? [] : await readSchedule(values.schedule),
  };
  const server = await startServer(options).catch((error: NodeJS.ErrnoException) => {
    if (isSluiceError(error)) throw new UsageError(error.message);
    throw error.syscall === "listen" ? new UsageError(`--port ${port} can't be had: ${error.code}`) : error;
  });
  io.stdout.write(`${values.json ? JSON.stringify({ url: server.url, port: server.port }) : server.url}\n`);
  await interrupted(io);
  io.stderr.write("stopping\n");
  const state = server.state();
  await server.close({ graceMs: GRACE_MS });
  if (values.json) io.stdout.write(`${JSON.stringify(state)}\n`);
  else io.stderr.write(summaryOf(state));
  return INTERRUPTED;
}

function modelOf(id: string): SimulatedModel {
  if (/embed|bert|bge/i.test(id)) return { id, type: "embedding" };
  return { id, type: /flux|image|diffusion/i.test(id) ? "image" : "chat" };
}

function era(text: string): HeaderEra {
  const known = HEADER_ERAS.find((each) => each === text);
  if (known === undefined) throw new UsageError(`--headers must be one of ${HEADER_ERAS.join(", ")}, got '${text}'`);
  return known;
}

function summaryOf({ lanes }: ServiceState): string {
  const lines = lanes.map(
    ({ model, organisation, accepted, throttled, overloaded, saturated }) =>
      `${model} (${organisation}): ${accepted} accepted, ${throttled} throttled, ${overloaded} overloaded, ${saturated} saturated\n`,
  );
  return lines.join("") || "nobody asked for anything\n";
}
