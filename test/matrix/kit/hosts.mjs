import { SECRET } from "./secret.mjs";

/** Where SDKs look for their keys. */
const KEYS = "OPENAI TOGETHER GROQ ANTHROPIC MISTRAL CO GOOGLE".split(" ");
for (const name of KEYS) process.env[`${name}_API_KEY`] = SECRET;

const platform = globalThis.fetch;
let here;

/**
 * Lets every host lead to this origin, as a hosts file would, for whatever asks the platform's own fetch: so an SDK needs
 * no other address than its own, and sluice finds out by that where it is.
 */
export function leadTo(origin) {
  here = origin;
}

globalThis.fetch = (input, init) =>
  input instanceof Request
    ? platform(new Request(toHere(input.url), input), init)
    : platform(toHere(String(input)), init);

function toHere(url) {
  const { pathname, search } = new URL(url);
  return `${here}${pathname}${search}`;
}
