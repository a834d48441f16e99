import type { ClientSpec, Scenario } from "../world/scenario.js";
import { clockText, durationText, numberText } from "./units.js";

/** What a scenario consists of, in words: the head of its section. */
export function describeScenario(scenario: Scenario): readonly (readonly [term: string, words: string])[] {
  const { schedule = [], ...server } = scenario.server;
  return [
    ["Server", settingsText(server)],
    ...schedule.map(({ atMs, ...move }) => [`At ${clockText(atMs)}`, settingsText(move)] as const),
    ...clientsText(scenario.clients).map((words) => ["Clients", words] as const),
    ...(scenario.options === undefined ? [] : [["Options", settingsText(scenario.options)] as const]),
    [
      "Lasts",
      `${durationText(scenario.durationMs)}, steady from ${clockText(scenario.warmUpMs ?? scenario.durationMs / 5)}`,
    ],
  ];
}

function clientsText(clients: readonly ClientSpec[] | undefined): readonly string[] {
  if (clients === undefined) return ["one, always with more to do"];
  const alike = new Map<string, number>();
  for (const client of clients) {
    const words = settingsText(client);
    alike.set(words, (alike.get(words) ?? 0) + 1);
  }
  return [...alike].map(([words, count]) => (count === 1 ? words : `${count} × ${words}`));
}

/** Any setting in one line: `policer, requests per second 10`. */
export function settingsText(value: unknown): string {
  if (typeof value === "function") return value.name === "" ? "a function" : `a function (${value.name})`;
  if (Array.isArray(value)) return value.map(settingsText).join("; ");
  if (typeof value === "object" && value !== null) return fieldsText(value);
  return typeof value === "number" ? numberText(value) : String(value);
}

function fieldsText(value: object): string {
  return Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([name, each]) => fieldText(name, each))
    .join(", ");
}

function fieldText(name: string, value: unknown): string {
  if (name === "kind" || name === "workload" || name === "limit") return settingsText(value);
  if (name.endsWith("Ms") && typeof value === "number") return `${wordsOf(name.slice(0, -2))} ${durationText(value)}`;
  const isNested = typeof value === "object" && value !== null;
  return isNested ? `${wordsOf(name)} (${settingsText(value)})` : `${wordsOf(name)} ${settingsText(value)}`;
}

function wordsOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
