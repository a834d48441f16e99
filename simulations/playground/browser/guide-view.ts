import { element } from "../../../src/page/browser/element.js";
import { countText, shareText } from "../../../src/page/browser/numbers.js";
import { at, write } from "../../../src/page/browser/place.js";
import { GUIDE, type GuideStep } from "../guide.js";
import type { Standing } from "./scores.js";

/** The guided view: a step of it at a time. */
export class GuideView {
  #index = 0;

  constructor(on: { step(index: number): void; again(): void; open(): void; leave(): void }) {
    for (const button of document.querySelectorAll<HTMLElement>("[data-step]")) {
      button.addEventListener("click", () => on.step(Number(button.dataset["step"])));
    }
    at("guide-next").addEventListener("click", () => {
      if (this.#index + 1 < GUIDE.length) on.step(this.#index + 1);
      else on.leave();
    });
    at("guide-again").addEventListener("click", on.again);
    at("guide-open").addEventListener("click", on.open);
  }

  get step(): GuideStep {
    const step = GUIDE[this.#index] ?? GUIDE[0];
    if (step === undefined) throw new Error("BUG: a guide without steps");
    return step;
  }

  get index(): number {
    return this.#index;
  }

  show(index: number): void {
    this.#index = Math.min(GUIDE.length - 1, Math.max(0, index));
    const { title, text, look } = this.step;
    write(at("guide-title"), title);
    at("guide-text").replaceChildren(...text.map((words) => element("p", { text: words })));
    write(at("guide-look"), look);
    write(at("guide-next"), this.#index + 1 < GUIDE.length ? "Next" : "Now play with it");
    for (const button of document.querySelectorAll<HTMLElement>("[data-step]")) {
      if (button.dataset["step"] === String(this.#index)) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    }
  }
}

/** The few numbers that a picture of the guide is about. */
export function guideFacts(standings: readonly Standing[]): void {
  for (const place of document.querySelectorAll<HTMLElement>("[data-guide-runs] [data-facts]")) {
    const standing = standings[Number(place.dataset["facts"])];
    if (standing === undefined) continue;
    const { goodput, refused, tries } = standing;
    const facts: readonly (readonly [string, string])[] = [
      ["of the clairvoyant’s", Number.isFinite(goodput) ? shareText(Math.min(1, goodput)) : "–"],
      ["refused", shareText(refused)],
      ["sent", countText(tries)],
    ];
    const said = facts.map(([words, text]) => `${text} ${words}`).join(" ");
    if (place.textContent?.trim() === said) continue;
    place.replaceChildren(
      ...facts.map(([words, text]) =>
        element("span", {}, element("b", { text }), document.createTextNode(` ${words} `)),
      ),
    );
  }
}
