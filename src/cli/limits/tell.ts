import type { Quota } from "../../signal/signal.js";
import type { Paint } from "../batch/panel.js";
import { duration } from "../batch/words.js";
import { renderTable } from "../table.js";
import type { Probed } from "./probe.js";
import type { Header, Reading } from "./understood.js";

/** What a person reads of one response. */
export function describeReading(href: string, response: Probed, reading: Reading, paint: Paint): string {
  const { signal, dialect, understood, notUnderstood } = reading;
  const head = `${href} answers ${response.status} in ${Math.round(response.tookMs)} ms: ${signal.outcome}, read as ${dialect.name}`;
  const wait = signal.retryAfterMs === undefined ? [] : [`It asks to wait ${span(signal.retryAfterMs)}.`];
  const refused = signal.refused === undefined ? [] : [`Refused for: ${nameOf(signal.refused)}.`];
  return [
    head,
    ...refused,
    ...wait,
    "",
    ...(signal.quotas.length === 0 ? ["It states no limit."] : [table(signal.quotas, paint)]),
    "",
    ...list("understood", understood, paint),
    ...list("not understood", notUnderstood, paint),
  ].join("\n");
}

function table(quotas: readonly Quota[], paint: Paint): string {
  const columns = [
    { title: "limit of", align: "left" as const },
    ...["allowed", "within", "left", "resets in"].map((title) => ({ title })),
  ];
  const rows = quotas.map((quota) => [
    nameOf(quota),
    number(quota.limit),
    quota.windowMs === undefined ? "-" : `${span(quota.windowMs)}${quota.windowInferred ? " (inferred)" : ""}`,
    number(quota.remaining),
    quota.resetInMs === undefined ? "-" : span(quota.resetInMs),
  ]);
  return renderTable(columns, rows, paint);
}

function list(title: string, headers: readonly Header[], paint: Paint): readonly string[] {
  if (headers.length === 0) return [];
  return [paint("dim", title), ...headers.map(({ name, value }) => `  ${name}: ${shown(value)}`), ""];
}

function nameOf({ dimension, scope }: { readonly dimension: string; readonly scope?: string }): string {
  return shown(scope === undefined ? dimension : `${dimension} (${scope})`);
}

function number(value: number | undefined): string {
  return value === undefined ? "-" : value.toLocaleString("en-US", { maximumFractionDigits: 3 });
}

function span(ms: number): string {
  return ms < 10_000 ? `${Number((ms / 1_000).toPrecision(3))}s` : duration(ms);
}

/** What a server sends must not steer the terminal. */
function shown(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, "?").slice(0, 200);
}
