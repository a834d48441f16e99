import type { FieldName, Value } from "./fields.js";
import { INITIAL_VALUES, type Settings, TUNED } from "./settings.js";

/** One picture of the guided view, and what to see in it. */
export interface GuideStep {
  readonly title: string;
  /** Paragraphs. */
  readonly text: readonly string[];
  /** What to look for, under the picture. */
  readonly look: string;
  /** What each contestant of the run is called here. */
  readonly names: readonly string[];
  readonly settings: Settings;
}

function own(contestants: readonly string[], values: Partial<Record<FieldName, Value>>): Settings {
  return { scenario: "", contestants, values: { ...INITIAL_VALUES, ...values }, changes: [] };
}

/** What additive increase and multiplicative decrease are, in a minute: four real runs. */
export const GUIDE: readonly GuideStep[] = [
  {
    title: "Why bursts fail",
    text: [
      "A server lets in 10 requests a second. You have 150 to send, so you send them all, and try again what is refused. That is what most programs do.",
      "The server takes the first ten and says 429 to the rest. Every retry is one more request to refuse.",
    ],
    look: "Each ▼ is a refusal. The work gets done in the end, and most of what was sent was thrown away.",
    names: ["send it all, and again"],
    settings: own(["retry-only"], { workload: "bursts", size: 150, every: 30, minutes: 1, speed: 8 }),
  },
  {
    title: "Add a little",
    text: [
      "Nobody tells you the limit. So begin slowly and send a little faster each second: additive increase. Sooner or later one request is refused, and now you know where the limit is.",
      "The rate goes down once, and the climb begins again. That is the sawtooth that carries most of the internet’s traffic.",
    ],
    look: "The line climbs to the dashed limit, touches it once, and falls back. Each tooth costs one refusal.",
    names: ["additive increase, multiplicative decrease"],
    settings: own(["sluice-aimd"], { minutes: 2.5, speed: 20 }),
  },
  {
    title: "One cut, and how deep",
    text: [
      "A burst of refusals is one piece of news, not fifty: what was already on its way when the rate went down says nothing new. So there is one cut for all of them.",
      "How deep? Halving, as the first TCP did, leaves much of the limit unused until the climb is over. A cut that leaves 0.8 loses far less.",
    ],
    look: "The area between line and limit is what was not used. Compare the shares of the clairvoyant, who knows the limit.",
    names: ["a cut leaves 0.8", "a cut leaves half"],
    settings: own(["sluice-aimd", TUNED], { law: "aimd", decrease: 0.5, minutes: 4, depth: 0.2, late: 0.3, speed: 30 }),
  },
  {
    title: "Where halving freezes you",
    text: [
      "Some servers set your limit by what you use: here 1.3 times what got through in the last 30 seconds. Use it well and it grows; leave half of it unused and it never does.",
      "Whoever halves at each 429 and creeps back uses three quarters of it, and 1.3 times that is no more than before: frozen. sluice stays just below the last known limit, and grows with it.",
    ],
    look: "The same server for both. With sluice the limit grows to its cap of 40; with halving it never leaves the ground.",
    names: ["sluice", "halving at each refusal"],
    settings: own(["sluice", TUNED], {
      kind: "together",
      limit: 40,
      memory: 30,
      factor: 1.3,
      law: "aimd",
      decrease: 0.5,
      minutes: 8,
      speed: 45,
    }),
  },
];
