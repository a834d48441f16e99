import type { Submitter } from "../flow/job.js";
import { nearestNames } from "../nearest.js";
import { isRecord } from "../record.js";
import { type Answer, type Ask, isOk } from "./ask.js";
import type { HttpView } from "./http-view.js";

/** A request whose answer was a 404. */
export interface Missed {
  readonly key: string;
  readonly view: HttpView;
  readonly ask: Ask;
}

/** Names that a stranger chooses mustn't fill the memory, nor make us ask for ever. */
const ASKED_MAX = 1_000;
const NAMED_MAX = 3;
/** Longer names are no model's. */
const NAME_LENGTH_MAX = 200;
/** Up to the version of an API, behind which its endpoints stand. */
const BASE = /^.*?\/v\d+[a-z\d]*(?=\/)/;

/**
 * Helps where a server doesn't know a model: asks it, once for each name, which ones it has, and tells the nearest. It asks only
 * while somebody listens, and with the request's own credentials.
 */
export class UnknownModels {
  readonly #submitter: Submitter;
  readonly #asked = new Set<string>();

  constructor(submitter: Submitter) {
    this.#submitter = submitter;
  }

  /** There was nothing at its address: that may be its model. */
  meet(missed: Missed): void {
    const { key, view } = missed;
    const { model, address } = view;
    if (model === undefined || model.length > NAME_LENGTH_MAX || !this.#submitter.isHeard) return;
    const name = `${address.origin} ${model}`;
    if (this.#asked.has(name) || this.#asked.size >= ASKED_MAX) return;
    this.#asked.add(name);
    const base = BASE.exec(address.pathname)?.[0] ?? "/v1";
    missed
      .ask(`${address.origin}${base}/models`)
      .then((answer) => {
        const listed = modelsIn(answer);
        if (listed.length === 0 || listed.includes(model)) return;
        this.#submitter.advise({ code: "model-unknown", key, message: messageOf(model, address.host, listed) });
      })
      // Who can't say which models there are leaves us as wise as before.
      .catch(() => {});
  }
}

function messageOf(model: string, host: string, listed: readonly string[]): string {
  const nearest = nearestNames(model, listed, NAMED_MAX);
  const which = nearest.length === 0 ? "none of them is like it" : `the nearest are ${nearest.join(", ")}`;
  return `${host} knows no model ${model}; of the ${listed.length} that it lists ${which}`;
}

/** Most put the list under `data`, Google under `models`, and Together answers with the list itself. */
function modelsIn(answer: Answer): readonly string[] {
  const { value } = answer;
  const list = isRecord(value) ? (value["data"] ?? value["models"]) : value;
  if (!isOk(answer) || !Array.isArray(list)) return [];
  return list.flatMap((each: unknown) => {
    const id = isRecord(each) ? (each["id"] ?? each["name"]) : each;
    return typeof id === "string" && id.length <= NAME_LENGTH_MAX ? [id] : [];
  });
}
