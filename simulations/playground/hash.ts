import { FIELDS, faultOf, fieldOf, valueFrom } from "./fields.js";
import { type Change, CONTESTANTS_MAX, INITIAL, OUTAGE, OUTAGE_MAX_S, type Settings, withChange } from "./settings.js";

/** Settings as a URL's fragment has them. What is as it is at first isn't said. */
export interface ReadHash {
  readonly settings: Settings;
  /** What couldn't be used, a sentence each: the rest was. */
  readonly complaints: readonly string[];
}

/** What names may stand in a fragment. */
export interface Names {
  readonly scenarios: readonly string[];
  readonly contestants: readonly string[];
}

const OWN = "own";
const CHANGES_MAX = 500;
/** A run of 30 days is a mistake in the unit. */
const AT_MAX_MS = 30 * 24 * 3_600_000;
const SHOWN_MAX = 40;

/** Writes settings as a fragment, without its `#`. */
export function writeHash({ scenario, contestants, values, changes }: Settings): string {
  const parts = new URLSearchParams();
  parts.set("scenario", scenario === "" ? OWN : scenario);
  parts.set("vs", contestants.join(" "));
  for (const { name, initial } of FIELDS) if (values[name] !== initial) parts.set(name, String(values[name]));
  if (changes.length > 0)
    parts.set("changes", changes.map(({ atMs, name, value }) => `${atMs}:${name}:${value}`).join(" "));
  // What may stand in a fragment as it is is easier to read so.
  return parts.toString().replaceAll("%3A", ":");
}

/** Reads what {@link writeHash} writes. Never throws: what can't be used is complained of, and is as it is at first. */
export function readHash(hash: string, names: Names): ReadHash {
  const complaints: string[] = [];
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const values: Record<string, string | number> = { ...INITIAL.values };
  let { scenario, contestants } = INITIAL;
  let changes: readonly Change[] = [];
  for (const [name, text] of parts) {
    const field = fieldOf(name);
    if (name === "scenario") {
      if (text === OWN) scenario = "";
      else if (names.scenarios.includes(text)) scenario = text;
      else complaints.push(`there is no scenario ${quoted(text)}: ${scenario} is shown`);
    } else if (name === "vs") contestants = readContestants(text, names.contestants, complaints);
    else if (name === "changes") changes = readChanges(text, complaints);
    else if (field === undefined) complaints.push(`nothing is called ${quoted(name)}`);
    else {
      const fault = faultOf(field, text);
      if (fault === undefined) values[name] = valueFrom(field, text);
      else complaints.push(`${name} ${fault}, got ${quoted(text)}: it is ${field.initial}`);
    }
  }
  return { settings: { scenario, contestants, values: values as Settings["values"], changes }, complaints };
}

function readContestants(text: string, known: readonly string[], complaints: string[]): readonly string[] {
  const wanted = [...new Set(text.split(/[\s,+]+/).filter((name) => name !== ""))];
  const found = wanted.filter((name) => known.includes(name));
  const [unknown] = wanted.filter((name) => !known.includes(name));
  if (unknown !== undefined) complaints.push(`there is no contestant ${quoted(unknown)}`);
  if (found.length > CONTESTANTS_MAX) complaints.push(`${CONTESTANTS_MAX} contestants fit, not ${found.length}`);
  return found.length === 0 ? INITIAL.contestants : found.slice(0, CONTESTANTS_MAX);
}

function readChanges(text: string, complaints: string[]): readonly Change[] {
  let changes: readonly Change[] = [];
  const words = text.split(" ").filter((word) => word !== "");
  if (words.length > CHANGES_MAX) complaints.push(`${CHANGES_MAX} changes fit, not ${words.length}`);
  for (const word of words.slice(0, CHANGES_MAX)) {
    const change = readChange(word);
    if (change === undefined) complaints.push(`${quoted(word)} is no change, such as 12500:limit:5`);
    else changes = withChange(changes, change);
  }
  return changes;
}

function readChange(word: string): Change | undefined {
  const [at = "", name = "", text = "", ...more] = word.split(":");
  const atMs = at === "" ? Number.NaN : Number(at);
  if (more.length > 0 || !Number.isInteger(atMs) || atMs < 0 || atMs > AT_MAX_MS) return undefined;
  if (name === OUTAGE) {
    const seconds = text === "" ? Number.NaN : Number(text);
    return seconds >= 0 && seconds <= OUTAGE_MAX_S ? { atMs, name, value: seconds } : undefined;
  }
  const field = fieldOf(name);
  if (field?.isLive !== true || field.group === "run" || faultOf(field, text) !== undefined) return undefined;
  return { atMs, name, value: valueFrom(field, text) };
}

/** What somebody else may have written, short enough to be shown. */
function quoted(text: string): string {
  return `'${text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text}'`;
}
