import { SluiceError } from "../../src/errors.js";
import { hintOf } from "../load/hint.js";
import { MODEL_TYPES, type SimulatedModel } from "./catalog.js";
import type { Move } from "./move.js";
import type { Organisation } from "./organisations.js";
import type { ServiceOptions } from "./service-options.js";

/** Whom and what a server knows by name. A name that it doesn't know would move nothing, and nobody would be told. */
export interface KnownNames {
  /** @throws SluiceError `ERR_SLUICE_OPTION` that names the move, and what there is */
  checkMoves(moves: readonly Move[], place?: string): void;
  /** @throws SluiceError `ERR_SLUICE_OPTION` that names the option, and what there is */
  checkOptions(options: ServiceOptions): void;
}

/** Makes the {@link KnownNames} of these models and organisations. */
export function createKnownNames(
  models: readonly SimulatedModel[],
  organisations: readonly Organisation[],
): KnownNames {
  const modelIds = models.map(({ id }) => id);
  const names = organisations.map(({ name }) => name);
  const checkModel = (place: string, model: string | undefined): void => check(place, model, modelIds);

  function checkLimits(place: string, limits: ServiceOptions["limits"] = {}): void {
    for (const model of Object.keys(limits)) check(`${place}limits`, model, [...modelIds, ...MODEL_TYPES]);
  }

  function checkMoves(moves: readonly Move[], place = "move"): void {
    for (const [index, { model, organisation, fault }] of moves.entries()) {
      const which = `${place}${moves.length > 1 ? ` ${index + 1}` : ""}`;
      checkModel(`${which}.model`, model);
      checkModel(`${which}.fault.model`, fault?.model);
      check(`${which}.organisation`, organisation, names);
    }
  }

  return {
    checkMoves,
    checkOptions({ limits, schedule = [], waves = [], faults = [], neighbours = [] }) {
      checkLimits("", limits);
      for (const { name, limits: own } of organisations) checkLimits(`organisation '${name}': `, own);
      checkMoves(schedule, "schedule: move");
      for (const { model } of waves) checkModel("waves: model", model);
      for (const { model } of faults) checkModel("faults: model", model);
      for (const { model } of neighbours) checkModel("neighbours: model", model);
    },
  };
}

function check(place: string, name: string | undefined, known: readonly string[]): void {
  if (name === undefined || known.includes(name)) return;
  const there = known.length === 0 ? "there is none" : `there are ${known.join(", ")}`;
  throw new SluiceError("ERR_SLUICE_OPTION", `${place}: unknown '${name}'${hintOf(name, known) || `; ${there}`}`);
}
