import type { Dimension } from "../cost.js";
import type { TimeForm } from "../signal/instant.js";
import type { LimitTraits, Outcome } from "../signal/signal.js";

/**
 * How one provider words its limits: plain data, read by `readSignal` and written by `writeHeaders`. Everything but
 * the name is optional. Header names are in lower case; where several are given, the first found is read and the first
 * is written.
 */
export interface Dialect {
  /** In lower case, such as `openai`. */
  readonly name: string;
  /** Other names for it. */
  readonly aliases?: readonly string[];
  /** Hosts that speak it: `api.openai.com`, or `.openai.azure.com` for all below. */
  readonly hosts?: readonly string[];
  /** Names of headers that no other provider sends, to find it by where the host is unknown. */
  readonly signs?: readonly string[];
  /** The quotas that its headers may state, those that govern most often first; of one dimension the narrowest window first. */
  readonly quotas?: readonly QuotaRow[];
  /** Names of structured fields (RateLimit, RateLimit-Policy and their kin); of several families the first is written. */
  readonly fields?: FieldNames | readonly FieldNames[];
  /** Headers that state a wait, the most trusted first. Default: {@link WAITS}. */
  readonly waits?: readonly WaitHeader[];
  /** Of its waits that contradict each other, by more than whole seconds explain, the longest is obeyed. Default: the most trusted. */
  readonly obeysLongestWait?: boolean;
  /** What its refusals mean, the first that matches. Rules for all providers come after these. */
  readonly refusals?: readonly RefusalRule[];
  /** Statuses beside 429 that are a refusal where a quota is spent or a wait is stated. Default: none. */
  readonly refusesWith?: readonly number[];
  /** What a negative `remaining` means: a window that is oversubscribed (`"zero"`), or nothing (default). */
  readonly negativeRemaining?: "zero";
  /** Reads quotas that stand in the body. Must not throw; what it returns is checked. */
  readonly readBody?: (body: Readonly<Record<string, unknown>>) => BodyReading | undefined;
  /** Whether a wait on a success is meant for the sender. Default false: most that send one mean nothing by it. */
  readonly heedsWaitOnSuccess?: boolean;
  /** What is known of its limits that responses don't say: for all, a dimension, or a scope of it, the general first. */
  readonly traits?: readonly TraitRow[];
  /** What its limits are documented to be for single kinds of requests; the first that fits holds. */
  readonly endpoints?: readonly EndpointRow[];
  /** How a server words its refusals; what is absent is worded as OpenAI does. */
  readonly wording?: Partial<Readonly<Record<Wording, { readonly status: number; readonly body?: unknown }>>>;
  /** Headers that a server sends with every response, whatever they mean. Only written. */
  readonly always?: Readonly<Record<string, string>>;
  /** Whether a server states its quotas on every response (default), on refusals alone, or never. */
  readonly states?: "always" | "refusals" | "never";
}

/** The headers of one quota, each optional. */
export interface QuotaRow {
  readonly dimension: Dimension;
  /** Names a second budget of the same dimension. */
  readonly scope?: string;
  /** Scope of this row where a row of the same dimension with a narrower window is there too. */
  readonly scopeUnlessNarrowest?: string;
  readonly limit?: string | readonly string[];
  /** Finds the limit in its header where that is more than a number: the first group is the number. */
  readonly limitPattern?: RegExp;
  readonly remaining?: string | readonly string[];
  /** Units used: the limit or what remains follows from it. */
  readonly used?: string | readonly string[];
  /** `used/limit` in one header. */
  readonly usedOfLimit?: string;
  /** The share that is used, from 0 to 1, of a limit that nobody tells: it is read as 1. */
  readonly usedShare?: string;
  readonly reset?: string | readonly string[];
  /** A reset that belongs to another row too: alone it states no quota. */
  readonly resetShared?: string;
  /** How the reset is written. Default `"seconds"`. */
  readonly resetAs?: TimeForm;
  /** A bare reset counts seconds on some deployments and milliseconds on others; the refill identity tells. */
  readonly isResetUnitUnknown?: boolean;
  /** Header that states the window, in seconds. */
  readonly window?: string;
  /** The window that the headers' names state, in milliseconds. */
  readonly windowMs?: number;
  /** The window that the documentation states, in milliseconds; where the numbers say otherwise, it stands. */
  readonly windowDocumentedMs?: number;
  /** Whether the numbers may tell the window: the reset is the time until a refilling bucket is full. */
  readonly infersWindow?: boolean;
  /** The row holds only where one of these headers is there too. */
  readonly beside?: readonly string[];
  /** Repeats the numbers of whichever window is closest to its limit, and adds its reset. */
  readonly isMirror?: boolean;
  /** A lone reset is of whichever dimension a refusal names. */
  readonly isNamedByRefusal?: boolean;
}

/** Names of the structured fields of draft-ietf-httpapi-ratelimit-headers, or of a server that follows it under names of its own. */
export interface FieldNames {
  readonly limit?: string;
  readonly remaining?: string;
  readonly reset?: string | readonly string[];
  readonly policy?: string;
  /** The one field of draft 7 (a dictionary) and of drafts 8 to 10 (a list). */
  readonly combined?: string;
  /** Repeats the numbers of whichever window is closest to its limit, and adds its reset. */
  readonly isMirror?: boolean;
  /** Which draft a server writes. Default 8. Draft 3 puts the policies into the limit; drafts 4 to 6 apart. */
  readonly draft?: 3 | 6 | 7 | 8;
}

/** A header that states a wait. */
export interface WaitHeader {
  readonly name: string;
  /** Default `"seconds"`. */
  readonly as?: TimeForm;
  /** Statuses with which it means a wait. Default: all. */
  readonly statuses?: readonly number[];
  /** Whether a server writes its waits here. Default: in `retry-after`. */
  readonly isWritten?: boolean;
  /** A 0 states nothing where another header states more. */
  readonly isZeroWeak?: boolean;
}

/** What a refusal means. It matches where all that it names does; words are looked for last, and only in refusals. */
export interface RefusalRule {
  readonly statuses?: readonly number[];
  /** Any of the types, codes and reasons in the body or in an error-type header, in lower case. */
  readonly codes?: readonly string[];
  /** Found in the error's prose. */
  readonly words?: RegExp;
  /** A header of this name, and with this value (in lower case) where one is given. */
  readonly header?: readonly [name: string, value?: string];
  readonly outcome?: Outcome;
  readonly dimension?: Dimension;
  readonly scope?: string;
  /** Length of the window of a quota that only this refusal tells of, in milliseconds. */
  readonly windowMs?: number;
  /** The request is larger than the whole budget. */
  readonly neverFits?: boolean;
}

/** What a body says beside its error. */
export interface BodyReading {
  readonly quotas?: readonly {
    readonly dimension: Dimension;
    readonly scope?: string;
    readonly limit?: number | undefined;
    readonly remaining?: number | undefined;
    readonly resetInMs?: number | undefined;
    readonly windowMs?: number | undefined;
  }[];
  /** A wait that follows from the numbers, in milliseconds. */
  readonly waitMs?: number | undefined;
}

/** Traits of all quotas, of those of a dimension, or of one scope of it. */
export interface TraitRow {
  readonly dimension?: Dimension;
  readonly scope?: string;
  readonly traits: LimitTraits;
}

/** One kind of requests, as it is documented: where to begin, until the live limit shows. */
export interface EndpointRow {
  /** Such as `chat`. */
  readonly name: string;
  /** How its paths end, such as `/chat/completions`. It is asked for with POST. */
  readonly path: string;
  /** Requests a second that are documented: where a rate begins, and no bound. */
  readonly startPerSecond?: number;
  /** Scopes of quotas that it draws on beside its own, in common with all others of the same account that name them. */
  readonly shares?: readonly string[];
  /** A request orders work that goes on after its answer, and takes its place for so long. */
  readonly jobs?: JobRow;
}

/** Work that goes on after the answer to its order. */
export interface JobRow {
  /** Jobs at once that are documented: what is begun with. */
  readonly atOnceMax: number;
  /** What `status` reads, in lower case, once a job has ended. */
  readonly ended: readonly string[];
}

/** A kind of refusal that a server can word: an outcome, or an outcome of one dimension. */
export type Wording = Outcome | `throttled:${string}` | "neverFits";

/** Where most providers state a wait. */
export const WAITS: readonly WaitHeader[] = [
  { name: "retry-after-ms", as: "milliseconds", isZeroWeak: true },
  { name: "x-ms-retry-after-ms", as: "milliseconds", isZeroWeak: true },
  { name: "retry-after" },
  { name: "x-amz-retry-after", as: "milliseconds" },
];
