import { SluiceError } from "../../src/errors.js";
import { checkScenario } from "../load/check.js";
import { ScenarioFileError } from "../load/file.js";
import { findScenarios } from "../load/find.js";
import { OwnCodeError } from "../own-code.js";
import type { Scenario } from "../world/scenario.js";
import { createDemands, modelsOf as modelsIn } from "../world/workload.js";
import { modelsOf, type SimulatedModel } from "./catalog.js";
import { hurried } from "./hurried.js";
import type { ServiceOptions } from "./service-options.js";

/**
 * The scenario that a name or a file's name means, or one that a program made, checked.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION`
 */
export async function findScenario(scenario: string | Scenario): Promise<Scenario> {
  if (typeof scenario === "string") return await findOne(scenario);
  checkScenario(scenario);
  return scenario;
}

async function findOne(word: string): Promise<Scenario> {
  try {
    const found = await findScenarios([word]);
    const [first] = found;
    if (first !== undefined && found.length === 1) return first.scenario;
    throw optionError(
      `scenario '${word}' means ${found.length}: choose one of ${found.map((each) => each.word).join(", ")}`,
    );
  } catch (error) {
    if (error instanceof ScenarioFileError) throw optionError(error.message);
    throw error;
  }
}

/**
 * A service's options with a scenario's server in them. Who asks is whoever asks: its workload is theirs.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` for a provider beside a scenario that says its own
 */
export function serverOf(scenario: Scenario, speed: number, options: ServiceOptions): ServiceOptions {
  const { answers = {}, headers, ...server } = hurried(scenario.server, speed);
  if (headers !== undefined && options.provider !== undefined)
    throw optionError(`provider is what the scenario '${scenario.name}' says itself: '${headers.provider}'`);
  const provider = headers?.provider ?? options.provider;
  const clients = (scenario.clients ?? []).map(({ organisation = "one" }) => organisation);
  const organisations = [...new Set(clients)];
  return {
    ...server,
    ...options,
    answers,
    models: options.models ?? modelsFor(scenario, provider ?? "together"),
    headers: headers === undefined ? "none" : (headers.era ?? "every"),
    ...(provider !== undefined && { provider }),
    ...(headers?.rounding !== undefined && { rounding: headers.rounding }),
    ...(headers?.lies !== undefined && { lies: headers.lies }),
    // Everybody is of the organisation on which the scenario's strangers draw, but whoever bears another one's name as a key.
    organisationDefault: organisations[0] ?? "one",
    organisations: organisations.length < 2 ? [] : organisations.map((name) => ({ name, keys: [name] })),
  };
}

/** The scenario's own, for chat, and those that are there otherwise, so that a client's examples run unchanged. */
function modelsFor(scenario: Scenario, provider: string): readonly SimulatedModel[] {
  const { clients = [], server } = scenario;
  const asked = clients.flatMap(({ workload }) => modelsIn(demandsOf(scenario.name, workload)));
  const own = new Set([...asked, ...Object.keys(server.limits ?? {}), ...Object.keys(server.answersOf ?? {})]);
  if (own.size === 0) own.add("model");
  const others = modelsOf(provider).filter(({ id }) => !own.has(id));
  return [...[...own].map((id) => ({ id, type: "chat" }) as const), ...others];
}

function demandsOf(name: string, workload: Parameters<typeof createDemands>[0]): ReturnType<typeof createDemands> {
  try {
    return createDemands(workload, "serve");
  } catch (error) {
    if (error instanceof OwnCodeError) throw optionError(`scenario '${name}': ${error.message}`);
    throw error;
  }
}

function optionError(message: string): Error {
  return new SluiceError("ERR_SLUICE_OPTION", message);
}
