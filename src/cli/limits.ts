import { parseArgs } from "node:util";
import { systemClock } from "../clock.js";
import type { Outcome } from "../signal/signal.js";
import { createPaint } from "./batch/display.js";
import { messageOf } from "./batch/failure.js";
import { readServers } from "./batch/read-servers.js";
import type { Server } from "./batch/servers.js";
import { type Io, UsageError } from "./command.js";
import { ENDPOINTS, type Probe, probeOf, send } from "./limits/probe.js";
import { describeReading } from "./limits/tell.js";
import { readLimits } from "./limits/understood.js";

/** One line for `sluice --help`. */
export const summary = "send one cheap request, and print what the answer says of limits";

/** All of `sluice limits --help`. */
export const help = `sluice limits: ${summary}

Usage: sluice limits URL --model MODEL [options]

Sends the smallest request there is to URL (such as https://api.together.xyz/v1), once, and prints every limit that the
answer's headers and body state, the headers that say so, and those that look like limits and aren't understood.

Options:
  --model MODEL        the model to ask
  --endpoint PATH      what to ask for; default: /v1/chat/completions, at Anthropic /v1/messages. Known are paths that end with
                       ${ENDPOINTS.join(", ")}
  --api-key-env NAME   environment variable that holds the key; without it no key is sent
  --json               all of it as one JSON object
  --help               this text

Exit code: 0 let in, 1 refused, failed or no answer, 2 wrong usage or key, 3 quota exhausted, 130 interrupted.
`;

/** A model that has to be loaded first takes a while. */
const TIMEOUT_MS = 120_000;

/** Runs `sluice limits`; resolves with its exit code. */
export async function main(argv: readonly string[], { env, stdout, stderr, interrupt }: Io): Promise<number> {
  const { probe, json } = readArgs(argv, env);
  try {
    const response = await send(probe, systemClock, AbortSignal.any([interrupt, AbortSignal.timeout(TIMEOUT_MS)]));
    const reading = readLimits(response);
    const { signal, dialect, understood, notUnderstood } = reading;
    const { status, tookMs } = response;
    stdout.write(
      json
        ? `${JSON.stringify({ url: probe.href, status, tookMs, provider: dialect.name, ...signal, understood, notUnderstood })}\n`
        : describeReading(probe.href, response, reading, createPaint(stdout, env)),
    );
    if (status >= 400) stderr.write(`sluice limits: ${response.body.replace(/\s+/g, " ").slice(0, 300)}\n`);
    return exitCodeOf(status, signal.outcome);
  } catch (error) {
    if (interrupt.aborted) return 130;
    stderr.write(`sluice limits: no answer from ${new URL(probe.href).host} (${messageOf(error)})\n`);
    return 1;
  }
}

function readArgs(argv: readonly string[], env: Io["env"]): { readonly probe: Probe; readonly json: boolean } {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      model: { type: "string" },
      endpoint: { type: "string" },
      "api-key-env": { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const [url, ...more] = positionals;
  if (url === undefined)
    throw new UsageError("which server? (sluice limits https://api.together.xyz/v1 --model MODEL)");
  if (more.length > 0) throw new UsageError(`one URL at a time; what is '${more[0]}'?`);
  const { model, endpoint } = values;
  if (model === undefined || model.trim() === "") throw new UsageError("--model must name the model to ask");
  const keyNames = values["api-key-env"] === undefined ? [] : [values["api-key-env"]];
  const [server] = readServers([url], keyNames, env) as [Server];
  const probe = probeOf(server, model, endpoint);
  if (probe === undefined)
    throw new UsageError(`--endpoint must end with one of ${ENDPOINTS.join(", ")}, got '${endpoint}'`);
  return { probe, json: values.json };
}

function exitCodeOf(status: number, outcome: Outcome): number {
  if (status === 401) return 2;
  if (outcome === "exhausted") return 3;
  return outcome === "accepted" ? 0 : 1;
}
