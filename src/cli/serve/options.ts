import type { parseArgs } from "node:util";
import type { SimulatedModel } from "../../../simulations/server/catalog.js";
import type { ServerOptions } from "../../../simulations/server/http.js";
import type { LimitSpec } from "../../../simulations/server/spec.js";
import { HEADER_ERAS, type HeaderEra } from "../../../simulations/server/voice.js";
import { UsageError } from "../command.js";
import { readConfig } from "./config.js";
import { readFault } from "./faults.js";
import { LIMIT_FLAGS, type OPTIONS, STORY_FLAGS } from "./flags.js";
import { jobsOf } from "./jobs.js";
import { latencyOf } from "./latency.js";
import { readLie } from "./lies.js";
import { type LimitFlags, limitOf, sharedOf } from "./limit.js";
import { number } from "./number.js";
import { readOrganisation } from "./organisations.js";
import { readSchedule } from "./schedule.js";

/** What was given on the command line. */
export type Flags = ReturnType<typeof parseArgs<{ readonly options: typeof OPTIONS; readonly strict: true }>>["values"];

/**
 * The server that a command line describes. An option beats what a `--config` says of the same; a scenario's own are its alone.
 *
 * @throws UsageError that names the option and its value
 */
export async function serverOptionsOf(flags: Flags): Promise<ServerOptions> {
  checkScenario(flags);
  const config = flags.config === undefined ? {} : await readConfig(flags.config);
  const { port, seed, provider, headers, model, scenario, speed } = flags;
  const limitFlags = { ...flags, provider: provider ?? config.provider ?? "together" };
  const { plain, named } = limitsIn(flags.limit ?? []);
  const standard: LimitFlags = { ...limitFlags, limit: plain };
  const latency = latencyOf(flags);
  return {
    ...config,
    ...(port !== undefined && { port: number("port", port, { min: 0, max: 65_535, isInteger: true }) }),
    ...(seed !== undefined && { seed: number("seed", seed, { isInteger: true }) }),
    ...(provider !== undefined && { provider }),
    ...(headers !== undefined && { headers: era(headers) }),
    ...(model !== undefined && { models: model.map(modelOf) }),
    ...(scenario !== undefined && { scenario }),
    ...(speed !== undefined && { speed: number("speed", speed, { min: 0.01, max: 10_000 }) }),
    ...(latency !== undefined && { latency: { ...config.latency, ...latency } }),
    ...limitsOf(standard, named),
    ...sharedOf(standard),
    ...(flags.org !== undefined && { organisations: flags.org.map((text) => readOrganisation(text, standard)) }),
    ...(flags["require-key"] !== undefined && { isKeyRequired: flags["require-key"] }),
    ...jobsOf(flags),
    ...(flags.schedule !== undefined && { schedule: await readSchedule(flags.schedule) }),
    ...(flags.fault !== undefined && { faults: flags.fault.map((text) => readFault(text)) }),
    ...(flags.lie !== undefined && { lies: flags.lie.map(readLie) }),
  };
}

function checkScenario(flags: Flags): void {
  if (flags.scenario === undefined) {
    if (flags.speed !== undefined)
      throw new UsageError(`--speed ${flags.speed} needs a --scenario, whose story it hurries`);
    return;
  }
  const stray = STORY_FLAGS.find((option) => flags[option] !== undefined);
  if (stray !== undefined)
    throw new UsageError(`--${stray} can't stand beside --scenario ${flags.scenario}, which says it itself`);
}

/** `--limit 10`, and `--limit embedding=5` for a type of models or one of them. */
function limitsIn(texts: readonly string[]): { plain: string | undefined; named: ReadonlyMap<string, string> } {
  const named = new Map<string, string>();
  let plain: string | undefined;
  for (const text of texts) {
    const at = text.lastIndexOf("=");
    if (at > 0) named.set(text.slice(0, at), text.slice(at + 1));
    else if (plain === undefined) plain = text;
    else throw new UsageError(`--limit is there twice: '${plain}' and '${text}'; for some models write MODEL=${text}`);
  }
  return { plain, named };
}

/** Nothing where nothing was said: a file's limits then stand. */
function limitsOf(standard: LimitFlags, named: ReadonlyMap<string, string>): Pick<ServerOptions, "limit" | "limits"> {
  const limits: Record<string, LimitSpec> = {};
  for (const [name, limit] of named) limits[name] = limitOf({ ...standard, limit });
  const isSaid = LIMIT_FLAGS.some((option) => standard[option] !== undefined);
  return { ...(isSaid && { limit: limitOf(standard) }), ...(named.size > 0 && { limits }) };
}

/** What a model is for is seen in its name. */
function modelOf(id: string): SimulatedModel {
  if (/embed|bert|bge/i.test(id)) return { id, type: "embedding" };
  return { id, type: /flux|image|diffusion/i.test(id) ? "image" : "chat" };
}

function era(text: string): HeaderEra {
  const known = HEADER_ERAS.find((each) => each === text);
  if (known === undefined) throw new UsageError(`--headers must be one of ${HEADER_ERAS.join(", ")}, got '${text}'`);
  return known;
}
