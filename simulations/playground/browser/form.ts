import { at, write } from "../../../src/page/browser/place.js";
import { FIELDS, type Field, faultOf, valueFrom } from "../fields.js";
import { CONTESTANTS_MAX, type Settings } from "../settings.js";

/** The settings that a run begins with, as the page asks for them. */
export class Form {
  readonly #form = at<HTMLFormElement>("settings");
  readonly #stories: Readonly<Record<string, string>>;

  constructor(stories: Readonly<Record<string, string>>, onChange: () => void) {
    this.#stories = stories;
    this.#form.addEventListener("change", onChange);
    this.#form.addEventListener("submit", (event) => event.preventDefault());
  }

  /** Puts settings into it. */
  fill({ scenario, contestants, values }: Settings): void {
    for (const control of this.#controls()) {
      if (control.name === "scenario") control.value = scenario;
      else if (control instanceof HTMLInputElement && control.type === "checkbox") {
        control.checked = contestants.includes(control.value);
        control.disabled = !control.checked && contestants.length >= CONTESTANTS_MAX;
      } else control.value = String(values[control.name as keyof typeof values]);
    }
    this.#showWhatMatters(scenario, values);
    write(at("story"), scenario === "" ? "Your own server, as it is set below." : (this.#stories[scenario] ?? ""));
  }

  /** What stands in it, over settings that it doesn't ask for. What can't be is left as it was, and put back. */
  read(before: Settings): Settings {
    const values: Record<string, string | number> = { ...before.values };
    let { scenario } = before;
    const contestants: string[] = [];
    for (const control of this.#controls()) {
      if (control.name === "scenario") scenario = control.value;
      else if (control instanceof HTMLInputElement && control.type === "checkbox") {
        if (control.checked) contestants.push(control.value);
      } else {
        const field = FIELDS.find(({ name }) => name === control.name) as Field | undefined;
        if (field !== undefined && faultOf(field, control.value) === undefined) {
          values[field.name] = valueFrom(field, control.value);
        }
      }
    }
    const chosen = contestants.length === 0 ? before.contestants : contestants.slice(0, CONTESTANTS_MAX);
    return { scenario, contestants: chosen, values: values as Settings["values"], changes: [] };
  }

  #controls(): readonly (HTMLInputElement | HTMLSelectElement)[] {
    return [...this.#form.querySelectorAll<HTMLInputElement | HTMLSelectElement>("input, select")];
  }

  #showWhatMatters(scenario: string, values: Settings["values"]): void {
    at("own").hidden = scenario !== "";
    for (const label of this.#form.querySelectorAll<HTMLElement>("[data-kinds], [data-workloads]")) {
      const { kinds, workloads } = label.dataset;
      const isOf = (list: string | undefined, value: unknown): boolean =>
        list === undefined || list.split(" ").includes(String(value));
      label.hidden = !isOf(kinds, values.kind) || !isOf(workloads, values.workload);
    }
  }
}
