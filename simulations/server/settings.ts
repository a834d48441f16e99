import { fingerprintOf } from "./organisations.js";
import type { ServiceOptions } from "./service-options.js";

/** What a server was told to be, for people: as JSON has it, without a key and without code. */
export type Settings = Readonly<Record<string, unknown>>;

/** The settings that options stand for. */
export function settingsOf({ seed: _, ...options }: ServiceOptions): Settings {
  const text = JSON.stringify(options, (name, value: unknown) => {
    if (typeof value === "function") return "code of its own";
    if (name === "keys" && Array.isArray(value)) return value.map((key) => fingerprintOf(`Bearer ${key}`));
    return value;
  });
  return JSON.parse(text) as Settings;
}
