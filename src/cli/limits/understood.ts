import { dialectFor } from "../../dialect/catalog.js";
import type { Dialect } from "../../dialect/dialect.js";
import { readSignal } from "../../dialect/read.js";
import { viewOf } from "../../signal/headers.js";
import type { ResponseFacts, Signal } from "../../signal/signal.js";

/** A header as it came. */
export interface Header {
  readonly name: string;
  readonly value: string;
}

/** What a response says of limits, and by which headers. */
export interface Reading {
  readonly dialect: Dialect;
  readonly signal: Signal;
  /** Headers that the signal is made of. */
  readonly understood: readonly Header[];
  /** Headers that look like limits, and that nothing was made of. */
  readonly notUnderstood: readonly Header[];
}

/** What headers of limits are called, wherever somebody invents one. */
const LOOKS_LIKE_A_LIMIT = /limit|quota|remaining|retry|reset|throttl|concurren|budget|credit|usage/;

/**
 * Reads a response with each header in turn left out, and with each alone: a header is understood where that makes a difference. So
 * it is the reading itself that tells, whatever the dialect.
 */
export function readLimits(facts: ResponseFacts): Reading {
  const view = viewOf(facts.headers);
  const dialect = dialectFor(undefined, facts.host, view);
  const read = (headers: readonly Header[]): string => {
    const pairs = headers.map(({ name, value }) => [name, value] as const);
    return JSON.stringify(readSignal({ ...facts, headers: pairs }, { provider: dialect }));
  };
  const all = [...view].map(([name, value]): Header => ({ name, value }));
  // The server's clock is no limit, though instants are read against it.
  const clock = all.filter(({ name }) => name === "date");
  const others = all.filter(({ name }) => name !== "date");
  const [whole, nothing] = [read(all), read(clock)];
  const isUnderstood = (header: Header): boolean =>
    read(all.filter((each) => each !== header)) !== whole || read([...clock, header]) !== nothing;
  const understood = others.filter(isUnderstood);
  return {
    dialect,
    signal: JSON.parse(whole) as Signal,
    understood,
    notUnderstood: others.filter((header) => LOOKS_LIKE_A_LIMIT.test(header.name) && !understood.includes(header)),
  };
}
