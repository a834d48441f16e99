/** How deep a chain of causes is followed: SDKs wrap the transport's error two or three times. */
const CAUSES_MAX = 6;

/** An error and what caused it, the outermost first. */
export function* causesOf(error: unknown): Generator<object, void, undefined> {
  let current = error;
  for (let depth = 0; depth < CAUSES_MAX && typeof current === "object" && current !== null; depth += 1) {
    yield current;
    current = current instanceof AggregateError ? current.errors[0] : property(current, "cause");
  }
}

/** A member of something that may be anything: undefined where reading it throws. */
export function property(value: object, name: string): unknown {
  try {
    return (value as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}
