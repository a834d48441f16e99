import type { Dialect } from "./dialect.js";

/** Hugging Face: the hub's fixed five minutes in structured fields (not quite valid ones); inference ends with its credits. */
export const huggingface: Dialect = {
  name: "huggingface",
  aliases: ["huggingface-hub", "huggingface-inference", "huggingface-router", "hf"],
  hosts: ["huggingface.co", ".huggingface.co", ".hf.co"],
  fields: { policy: "ratelimit-policy", combined: "ratelimit", draft: 8 },
  traits: [{ traits: { kind: "window", windowMs: 300_000 } }],
  wording: {
    exhausted: { status: 402, body: { error: "You have depleted your monthly included credits. {message}" } },
  },
};
