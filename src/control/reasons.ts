/** Every `because` that a decision can carry, with what it means. The codes are stable; the sentences may be bettered. */
export const REASONS = {
  created: "The budget has just come to light: nothing was heard of it yet.",
  "start-doubling": "No limit is known yet: the rate doubles.",
  recovering: "After a decrease, the rate returns towards the last known limit.",
  probing: "An epoch has passed without a refusal: the rate rises through the last known limit.",
  ramping: "After an outage, the rate doubles back to what was good before.",
  "accepted-faster": "The server accepted more than the rate asked for: the rate is raised to twice that.",
  "application-limited": "The rate wasn't what held requests back, so it doesn't grow.",
  steady: "Accepted; nothing to change.",
  "fresh-429": "A request sent in this epoch was refused: the rate is cut once.",
  "loss-share": "Refused again: the rate is cut by the share of requests refused since the last cut.",
  "nothing-let-in":
    "Refused again, and nothing let in since the cut: a window may be spent. The next try waits longer.",
  "stale-refusal": "Refused, but sent before the last cut: counted, nothing more.",
  "burst-refused": "A request sent ahead of the pace was refused: the burst is halved, the rate stays.",
  "in-flight-limit": "Refused at a number in flight that is a limit: that number is lowered, the rate stays.",
  "in-flight-found": "Refusals keep coming at the same number in flight: it is taken for a limit.",
  saturated: "The server says that too many are in flight: that number is lowered, the rate stays.",
  "soft-failure": "The server failed; such failures are usual here.",
  "capacity-loss": "Failures are more frequent than usual at this rate: it is lowered a little.",
  "outage-entered": "Nothing but failures: one probe at a time.",
  "drought-entered": "Nothing but refusals: one probe at a time.",
  "outage-wait": "An answer to what was sent before the outage: it changes nothing.",
  "outage-probe-failed": "The probe failed: the next one waits longer.",
  "outage-over": "A request was accepted: the rate ramps back.",
  "quota-raised": "The server advertises a higher limit: followed at once.",
  "quota-lowered": "The server advertises a lower limit: followed at once.",
  "quota-followed": "The server's advertised limit now governs.",
  "quota-vanished": "The server stopped advertising its limit: refusals govern.",
  level: "The rate follows what the server says is left.",
  limit: "The rate follows the limit that the server advertises.",
  "predicted-refusal": "Refused, as the level foretold: the level is set to zero, the rate follows it.",
  "unexpected-refusal": "Refused against the level: it is set to zero, and believed less.",
  distrust: "The headers have been wrong too often: refusals govern, and the rate is cut.",
  "quota-too-low": "More was accepted than the headers allow: the rate looks for the true limit.",
  "trust-restored": "The headers foretold the refusals again: they govern.",
  fleet: "Another process that shares the budget was refused: the rate is lowered for all.",
  void: "The request wasn't judged by this budget.",
  lost: "No answer: nothing learnt.",
} as const;

/** The code of a decision's reason. */
export type Reason = keyof typeof REASONS;

/** What a reason means, as a sentence; nothing where there is no such reason. */
export function meaningOf(because: string): string {
  return Object.hasOwn(REASONS, because) ? REASONS[because as Reason] : "";
}
