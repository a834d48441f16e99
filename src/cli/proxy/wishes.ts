import { TOKEN_HEADER } from "../../adapter/dashboard/token.js";
import { nearestName } from "../../nearest.js";
import type { RequestOptions } from "../../options.js";
import type { RequestHeaders } from "./headers.js";
import type { Refusal } from "./refusal.js";

/** How a header is read: into one of the request's options, or what it must be. */
type Reader = (value: string) => RequestOptions | string;

const TENANT_LENGTH_MAX = 128;
/** Digits of a number that means anything here. */
const NUMBER = /^-?\d{1,15}(?:\.\d{1,6})?$/;

const notNegative = "a number of milliseconds, 0 or more";

/** What a client may say of one request. The names are those of the options. */
const READERS: Readonly<Record<string, Reader>> = {
  "sluice-priority": (value) => (NUMBER.test(value) ? { priority: Number(value) } : "a number, such as 10 or -1"),
  "sluice-tenant": (value) =>
    value !== "" && value.length <= TENANT_LENGTH_MAX
      ? { tenant: value }
      : `a text of 1 to ${TENANT_LENGTH_MAX} characters`,
  "sluice-deadline-ms": (value) => (isDuration(value) ? { deadlineMs: Number(value) } : notNegative),
  "sluice-wait-max-ms": (value) => (isDuration(value) ? { waitMaxMs: Number(value) } : notNegative),
};

/** Reads what a request says to us; undefined where it says nothing, a refusal where that can't be understood. */
export function readWishes(ours: RequestHeaders["ours"]): RequestOptions | Refusal | undefined {
  let wishes: RequestOptions | undefined;
  const seen = new Set<string>();
  for (const [name, value] of ours) {
    if (name === TOKEN_HEADER) continue;
    const read = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
    if (read === undefined) return unknown(name);
    if (seen.has(name)) return refuse(`the header ${name} is there twice`);
    seen.add(name);
    const wish = read(value.trim());
    if (typeof wish === "string") return refuse(`the header ${name} must be ${wish}, got ${shown(value)}`);
    wishes = { ...wishes, ...wish };
  }
  return wishes;
}

/** Whether it is a refusal rather than wishes. */
export function isRefused(read: RequestOptions | Refusal): read is Refusal {
  return "status" in read;
}

function isDuration(value: string): boolean {
  return NUMBER.test(value) && Number(value) >= 0;
}

function unknown(name: string): Refusal {
  const nearest = nearestName(name, Object.keys(READERS));
  return refuse(`unknown header ${shown(name)}${nearest === undefined ? "" : `; did you mean ${nearest}?`}`);
}

function refuse(message: string): Refusal {
  return { status: 400, code: "ERR_PROXY_HEADER", message };
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
