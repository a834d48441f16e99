import { at, write } from "../../../src/page/browser/place.js";
import { FIELDS, type Field, fieldOf, type Value, valueText } from "../fields.js";
import { type Settings, TUNED, valuesAt } from "../settings.js";
import { isNumber, placeOf, valueAt } from "./slider.js";

/** What can be changed while a run goes on. */
export class Knobs {
  readonly #controls = [...document.querySelectorAll<HTMLInputElement | HTMLSelectElement>("[data-knob]")];
  #held: Element | undefined;

  constructor(onTurn: (name: string, value: Value) => void) {
    for (const control of this.#controls) {
      const field = fieldOf(control.dataset["knob"] ?? "");
      if (field === undefined) continue;
      control.addEventListener("input", () => {
        const value = isNumber(field) ? valueAt(field, Number(control.value)) : control.value;
        this.#tell(control, field, value);
        onTurn(field.name, value);
      });
      // Of a list nobody tells when the hand has left it.
      if (!isNumber(field)) continue;
      control.addEventListener("pointerdown", () => {
        this.#held = control;
      });
      for (const end of ["pointerup", "pointercancel", "change"]) {
        control.addEventListener(end, () => {
          this.#held = undefined;
        });
      }
    }
  }

  /** Puts them where they are at an instant. `limit`: what the scenario's server begins with. */
  fill(settings: Settings, nowMs: number, limit: number | undefined): void {
    const values = valuesAt(settings, nowMs);
    const isLimitMoved = settings.changes.some(({ name, atMs }) => name === "limit" && atMs <= nowMs);
    for (const control of this.#controls) {
      // A hand is on it: it is where that wants it.
      if (control === this.#held) continue;
      const field = fieldOf(control.dataset["knob"] ?? "");
      if (field === undefined) continue;
      const own = values[field.name as keyof typeof values];
      const isScenarios = field.name === "limit" && settings.scenario !== "" && !isLimitMoved;
      const value = isScenarios ? (limit ?? own) : own;
      if (isNumber(field)) {
        const place = String(placeOf(field, Number(value)));
        if (control.value !== place) control.value = place;
      } else if (control.value !== value) control.value = String(value);
      this.#tell(control, field, value);
    }
    const isTuned = settings.contestants.includes(TUNED);
    for (const label of document.querySelectorAll<HTMLElement>('[data-knob-of="control"]')) {
      const isIncrease = label.querySelector('[data-knob="increase"]') !== null;
      label.hidden = !isTuned || (isIncrease && values.law !== "aimd");
    }
  }

  #tell(control: HTMLElement, field: Field, value: Value): void {
    const text = valueText(field, value);
    if (control.getAttribute("aria-valuetext") !== text && isNumber(field))
      control.setAttribute("aria-valuetext", text);
    const place = document.querySelector<HTMLElement>(`[data-knob-text="${field.name}"]`);
    if (place !== null) write(place, text);
  }
}

/** The slider of the speed, whose last place is as fast as it goes. */
export class SpeedKnob {
  readonly #control = at<HTMLInputElement>("speed");
  readonly #field = FIELDS.find(({ name }) => name === "speed") as Field;

  constructor(onTurn: (speed: number) => void) {
    this.#control.addEventListener("input", () => {
      if (isNumber(this.#field)) onTurn(valueAt(this.#field, Number(this.#control.value)));
    });
  }

  fill(speed: number): void {
    if (!isNumber(this.#field)) return;
    this.#control.value = String(placeOf(this.#field, speed));
    const text = speed >= this.#field.max ? "full" : `${Number(speed.toPrecision(3))}×`;
    write(at("speed-text"), text);
    this.#control.setAttribute("aria-valuetext", text === "full" ? "as fast as it goes" : `${text} real time`);
  }
}
