import type { ControlOptions } from "../../../src/options.js";
import { at, write } from "../../../src/page/browser/place.js";
import { codeOf, controlOf } from "../control.js";
import { type Settings, TUNED, valuesAt } from "../settings.js";

/** The options as code and the run as a command, to be taken along. */
export function showTakeAway(settings: Settings, nowMs: number): void {
  write(at("code"), codeOf(valuesAt(settings, nowMs)));
  write(at("command"), commandOf(settings));
}

/** The commands that give the same numbers: those of `yours` need a file of options. */
export function commandOf({ scenario, contestants, values, changes }: Settings): string {
  if (scenario === "") return "# a server of your own: take the link, or sluice serve";
  const seed = `--seeds-from ${values.seed} --seeds 1`;
  const others = contestants.filter((name) => name !== TUNED);
  const named = others.map((name) => ` --contestant ${name}`).join("");
  const plain = others.length === 0 ? [] : [`sluice simulate ${scenario}${named} ${seed}`];
  return [
    ...(changes.length > 0 ? ["# without the changes that you made while it ran"] : []),
    ...plain,
    ...(contestants.includes(TUNED) ? commandsOfTuned(scenario, seed, controlOf(values)) : []),
  ].join("\n");
}

function commandsOfTuned(scenario: string, seed: string, control: ControlOptions): readonly string[] {
  if (Object.keys(control).length === 0) return [`sluice simulate ${scenario} --contestant sluice ${seed}`];
  return [
    `echo '${JSON.stringify({ control })}' > sluice-options.json`,
    `sluice simulate ${scenario} --options sluice-options.json --contestant sluice ${seed}`,
  ];
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
