import { element } from "../../../page/browser/element.js";
import { clockText } from "../../../page/browser/watch.js";
import { keyName } from "../key-name.js";
import type { ToldDecision } from "../message.js";
import { perSecond } from "./words.js";

const SHOWN_MAX = 50;
const MOVES = { increase: "▲ raised", hold: "● held", decrease: "▼ lowered" } as const;

/** The latest decisions, each with its reason: the newest above. */
export function showDecisions(body: Element, decisions: readonly ToldDecision[]): void {
  const latest = decisions.slice(-SHOWN_MAX).reverse();
  const said = JSON.stringify(latest.map(({ atMs, key, dimension }) => [atMs, key, dimension]));
  if (body.getAttribute("data-said") === said) return;
  body.setAttribute("data-said", said);
  body.replaceChildren(...latest.map(rowOf));
}

function rowOf({ atMs, key, dimension, scope, move, because, detail, ratePerSecond }: ToldDecision): HTMLElement {
  const what = dimension === "requests" ? "" : ` · ${dimension}`;
  const why = element("td", { class: "why" }, element("code", { text: because }));
  if (detail !== undefined) why.append(" ", document.createTextNode(detail));
  return element(
    "tr",
    {},
    element("th", { scope: "row", text: clockText(atMs) }),
    element("td", { text: keyName(key).name + what + (scope === undefined ? "" : ` (${scope})`) }),
    element("td", { class: move, text: MOVES[move] }),
    element("td", { class: "number", text: perSecond(ratePerSecond) }),
    why,
  );
}
