import { codeOf } from "../control.js";
import { INITIAL_VALUES, type Settings, TUNED, valuesAt } from "../settings.js";
import { at, write } from "./at.js";

/** The options as code and the run as a command, to be taken along. */
export function showTakeAway(settings: Settings, nowMs: number): void {
  write(at("code"), codeOf(valuesAt(settings, nowMs)));
  write(at("command"), commandOf(settings));
}

/** The command that gives the same numbers. */
export function commandOf({ scenario, contestants, values, changes }: Settings): string {
  if (scenario === "") return "# a server of your own: take the link, or sluice serve";
  const named = contestants.filter((name) => name !== TUNED).flatMap((name) => ["--contestant", name]);
  const seed = ["--seeds-from", String(values.seed), "--seeds", "1"];
  const note = changes.length > 0 ? "# without the changes that you made while it ran\n" : "";
  const own = contestants.includes(TUNED) && values !== INITIAL_VALUES ? "# yours: add --options FILE\n" : "";
  return `${note}${own}${["sluice", "simulate", scenario, ...named, ...seed].join(" ")}`;
}

/** Lets each button copy what it is about, and say so. */
export function wireCopies(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-copy]")) {
    const before = button.textContent ?? "";
    button.addEventListener("click", async () => {
      const what = button.dataset["copy"];
      const text = what === "link" ? location.href : (at(what ?? "code").textContent ?? "");
      const isCopied = await copied(text);
      write(button, isCopied ? "Copied" : "This browser lets nobody copy: select it");
      setTimeout(() => write(button, before), 1_500);
    });
  }
}

async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
