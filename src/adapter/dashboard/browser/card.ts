import type { BudgetSnapshot } from "../../../flow/budgets.js";
import { element } from "../../../page/browser/element.js";
import { write } from "../../../page/browser/place.js";
import { SteadyChart } from "../../../page/browser/steady-chart.js";
import { keyName } from "../key-name.js";
import type { Command } from "./control.js";
import { keyChart, type Shown } from "./key-chart.js";
import { amount, perSecond, phaseText, span, storeText } from "./words.js";

/** What a card says to the server. */
export type Say = (command: Command) => void;

const GAUGES = ["rate", "limit", "left", "whole in", "queued", "in flight", "accepted", "429", "503"] as const;

/** One key: what it is allowed, what became of its requests, over time, and what can be done by hand. */
export class Card {
  readonly figure: HTMLElement;
  readonly #key: string;
  readonly #phase = element("span", { class: "badge" });
  readonly #gauges: ReadonlyMap<string, HTMLElement>;
  readonly #box: HTMLElement;
  readonly #chart: SteadyChart;
  readonly #others = element("ul", { class: "budgets" });
  readonly #hold: HTMLElement;
  readonly #cap = element("input", { attributes: { type: "number", min: "0.001", step: "any" } }) as HTMLInputElement;
  readonly #lift: HTMLButtonElement;
  #isPaused = false;
  /** What is drawn, when its turn comes. */
  readonly shown: Shown = { fromS: 0, untilS: 1, originS: 0, points: [] };

  constructor(key: string, id: string, say: Say) {
    this.#key = key;
    const { name, where } = keyName(key);
    this.#gauges = new Map(GAUGES.map((gauge) => [gauge, element("dd")]));
    this.#box = element("div", { class: "chart", attributes: { role: "img" } });
    this.#chart = new SteadyChart(this.#box);
    this.#hold = button("Pause", () => say({ do: this.#isPaused ? "resume" : "pause", key }));
    this.#lift = button("Lift", () => say({ do: "cap", key, ratePerSecond: null })) as HTMLButtonElement;
    this.#lift.setAttribute("aria-label", `Lift the cap of ${name}`);
    this.#cap.setAttribute("aria-label", `Most requests a second of ${name}`);
    const form = element(
      "form",
      { class: "cap" },
      element("label", { text: "at most " }, this.#cap, document.createTextNode(" a second")),
      element("button", { text: "Cap", attributes: { "aria-label": `Cap ${name}` } }),
      this.#lift,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const ratePerSecond = this.#cap.valueAsNumber;
      if (ratePerSecond > 0) say({ do: "cap", key, ratePerSecond });
    });
    const title = element("h3", { text: name, attributes: { id } });
    if (where !== "") title.append(" ", element("small", { text: where }));
    this.figure = element(
      "article",
      { class: "run card", attributes: { "aria-labelledby": id } },
      element("header", {}, title, this.#phase),
      element(
        "dl",
        { class: "gauges" },
        ...[...this.#gauges].map(([text, value]) => element("div", {}, element("dt", { text }), value)),
      ),
      element("figure", {}, this.#box),
      this.#others,
      element("div", { class: "controls" }, this.#hold, form),
    );
  }

  /** Writes what there is now. The scarcest budget of requests stands above, the others beneath. */
  write(rows: readonly BudgetSnapshot[]): void {
    const requests = rows.filter(({ dimension }) => dimension === "requests");
    const main =
      [...requests].sort((a, b) => (a.ratePerSecond ?? Infinity) - (b.ratePerSecond ?? Infinity))[0] ?? rows[0];
    if (main === undefined) return;
    const { name } = keyName(this.#key);
    this.#isPaused = main.isPaused === true;
    write(this.#phase, phaseText(main));
    this.#phase.dataset["phase"] = main.phase;
    write(this.#hold, this.#isPaused ? "Resume" : "Pause");
    this.#hold.setAttribute("aria-label", `${this.#isPaused ? "Resume" : "Pause"} ${name}`);
    this.#lift.hidden = main.rateMax === undefined;
    if (main.rateMax !== undefined && document.activeElement !== this.#cap)
      this.#cap.placeholder = String(main.rateMax);
    const words: Readonly<Record<(typeof GAUGES)[number], string>> = {
      rate: perSecond(main.ratePerSecond) + (main.rateMax === undefined ? "" : `, cap ${perSecond(main.rateMax)}`),
      limit: perSecond(main.limitPerSecond),
      left: amount(main.remaining),
      "whole in": span(main.resetInMs),
      queued: amount(main.queued),
      "in flight": amount(main.inFlight),
      accepted: amount(main.accepted),
      "429": amount(rows.reduce((sum, { throttled }) => sum + throttled, 0)),
      "503": amount(main.overloaded),
    };
    for (const [gauge, value] of this.#gauges) write(value, words[gauge as keyof typeof words]);
    const lines = [...rows.filter((row) => row !== main).map(budgetLine), ...tenantLines(main), ...storeLines(main)];
    if (this.#others.dataset["said"] !== lines.join("\n")) {
      this.#others.dataset["said"] = lines.join("\n");
      this.#others.replaceChildren(...lines.map((text) => element("li", { text })));
    }
    this.#box.setAttribute("aria-label", `Rate of ${name} over time: ${words.rate} now, limit ${words.limit}.`);
  }

  draw(): void {
    if (this.#box.clientWidth > 0) this.#chart.draw(keyChart(this.shown));
  }

  redraw(): void {
    this.#chart.redraw();
  }

  destroy(): void {
    this.#chart.destroy();
    this.figure.remove();
  }
}

function button(text: string, onClick: () => void): HTMLElement {
  const made = element("button", { text, attributes: { type: "button" } });
  made.addEventListener("click", onClick);
  return made;
}

/** Another budget in one line. */
function budgetLine(row: BudgetSnapshot): string {
  const name = row.scope === undefined ? row.dimension : `${row.dimension} (${row.scope})`;
  if (row.dimension === "concurrency") return `${name}: ${amount(row.inFlight)} of ${amount(row.inFlightMax)} at once`;
  const parts = [
    `${perSecond(row.ratePerSecond)} allowed`,
    ...(row.limitPerSecond === undefined ? [] : [`limit ${perSecond(row.limitPerSecond)}`]),
    ...(row.remaining === undefined ? [] : [`${amount(row.remaining)} left`]),
    ...(row.resetInMs === undefined ? [] : [`whole in ${span(row.resetInMs)}`]),
    ...(row.throttled === 0 ? [] : [`${amount(row.throttled)} × 429`]),
  ];
  return `${name}: ${parts.join(", ")}`;
}

function tenantLines({ tenants }: BudgetSnapshot): readonly string[] {
  if (tenants === undefined) return [];
  return [`waiting by tenant: ${tenants.map(({ tenant, queued }) => `${tenant} ${amount(queued)}`).join(", ")}`];
}

function storeLines(row: BudgetSnapshot): readonly string[] {
  const text = storeText(row);
  return text === "" ? [] : [`store: ${text}`];
}
