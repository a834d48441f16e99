/** Headers of undici: names in lower case, several lines of one name as a list. */
export type Headers = Record<string, string | string[]>;

/** What holds between two neighbours alone (RFC 9110 §7.6.1), and what each end says for itself. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Of a request also where it goes, how long its body is, and what was agreed on the way here. */
const OF_THE_WAY_HERE: ReadonlySet<string> = new Set([
  ...HOP_BY_HOP,
  "host",
  "content-length",
  "expect",
  "http2-settings",
]);

/** How headers to ourselves begin. */
const OURS = "sluice-";

/** The headers of a request, apart. */
export interface RequestHeaders {
  /** For the target. */
  readonly sent: Headers;
  /** For us, each with all that was said under its name. */
  readonly ours: readonly (readonly [name: string, value: string])[];
}

const NONE: RequestHeaders["ours"] = [];

/** Tells what goes on to the target from what is for us, in Node's flat list of names and values. */
export function splitHeaders(raw: readonly string[], connection: string | undefined): RequestHeaders {
  const named = namedBy(connection);
  // Without a prototype no name can mean another thing than a header.
  const sent = Object.create(null) as Headers;
  let ours: [string, string][] | undefined;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] as string).toLowerCase();
    const value = raw[index + 1] as string;
    if (OF_THE_WAY_HERE.has(name) || named?.has(name) === true) continue;
    if (name.startsWith(OURS)) {
      ours ??= [];
      ours.push([name, value]);
    } else add(sent, name, value);
  }
  return { sent, ours: ours ?? NONE };
}

/** The headers of an answer that are for the client. */
export function answerHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const named = namedBy(headers["connection"]?.toString());
  const kept = Object.create(null) as Headers;
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && !HOP_BY_HOP.has(name) && named?.has(name) !== true) kept[name] = value;
  }
  return kept;
}

function add(headers: Headers, name: string, value: string): void {
  const before = headers[name];
  if (before === undefined) headers[name] = value;
  else if (typeof before === "string") headers[name] = [before, value];
  else before.push(value);
}

/** Names that `Connection` adds to those that end here. */
function namedBy(connection: string | undefined): ReadonlySet<string> | undefined {
  if (connection === undefined || /^(?:keep-alive|close)$/i.test(connection)) return undefined;
  return new Set(connection.split(",").map((name) => name.trim().toLowerCase()));
}
