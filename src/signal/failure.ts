import { causesOf, property } from "./causes.js";

/** What codes and classes look like: a longer text, or one with spaces, is a message. */
const NAME = /^[\w.:-]{1,64}$/;

/**
 * What to call a failure by: the first code on its way down to its cause (`ECONNRESET`, `ERR_SLUICE_TIMEOUT`), or else its
 * class. Never its message, which may quote anything.
 */
export function nameOfFailure(error: unknown): string {
  if (typeof error !== "object" || error === null) return typeof error;
  for (const each of causesOf(error)) {
    const code = property(each, "code");
    if (typeof code === "string" && NAME.test(code)) return code;
  }
  const name = property(error, "name");
  return typeof name === "string" && NAME.test(name) ? name : "Error";
}
