import { SCORE_NAMES, type Score } from "../../../simulations/tune/score.js";
import type { Finalist, Gains, Tuning } from "../../../simulations/tune/tuning.js";
import type { Paint } from "../batch/panel.js";
import { plural } from "../batch/words.js";
import { figure } from "../simulate/figures.js";
import { seedsText, wrapped } from "../simulate/words.js";
import { type Cell, renderTable } from "../table.js";

/** How results are shown. */
export interface TuneLook {
  readonly paint: Paint;
  readonly columns: number;
}

const TITLES: Readonly<Record<keyof Score, string>> = {
  goodput: "goodput",
  refused: "refused",
  waitP99Ms: "p99 wait",
};

/** All that a search found, for people. */
export function tuningText(tuning: Tuning, look: TuneLook): string {
  const { paint } = look;
  const { seeds, tried, runs, scenarios, present, best, isBetter } = tuning;
  const prose = (text: string): string => wrapped(text, { width: Math.min(look.columns, 100), indent: "" });
  return [
    prose(
      `${plural(tried, "set")} of options raced over ${plural(scenarios.length, "scenario")} in ${plural(runs, "run")}, on ` +
        `${seedsText(seeds.search)}. All figures are of ${seedsText(seeds.holdOut)}, which no choice saw, but for those ` +
        "called in sample, which flatter.",
    ),
    paint("bold", "The front: nothing tried beats these on all three axes"),
    frontTable(tuning, look),
    verdict(best, present, isBetter, look),
    paint("bold", `Sensitivity: one option of '${best.name}' moved alone`),
    sensitivityTable(tuning, look),
  ].join("\n\n");
}

/** A column for each finalist, since options have long names. */
function frontTable({ present, front, best, axes }: Tuning, { paint, columns }: TuneLook): string {
  const finalists = [present, ...front.filter(({ name }) => name !== present.name)];
  const heading = ({ name }: Finalist): string => (name === best.name ? `${name}*` : name);
  const row = (title: string, cell: (finalist: Finalist) => Cell): readonly Cell[] => [title, ...finalists.map(cell)];
  const rows = [
    ...SCORE_NAMES.map((name) => row(TITLES[name], ({ score }) => figure(name, score[name]))),
    row("", () => ""),
    ...SCORE_NAMES.slice(0, 2).map((name) =>
      row(`${TITLES[name]}, in sample`, ({ inSample }): Cell => ({ text: figure(name, inSample[name]), style: "dim" })),
    ),
    row("", () => ""),
    ...axes.map(({ name }) => row(name, ({ values }) => String(values[name] ?? "-"))),
  ];
  // A narrow terminal shows those that come first, and the best in any case.
  const room = Math.max(2, Math.floor((columns - 24) / 10));
  const shown = finalists
    .map((finalist, index) => ({ finalist, index }))
    .filter(({ finalist, index }) => index < room || finalist.name === best.name)
    .slice(-room - 1);
  const pick = <T>(list: readonly T[]): readonly T[] => [
    list[0] as T,
    ...shown.map(({ index }) => list[index + 1] as T),
  ];
  return renderTable(
    pick([{ title: "", align: "left" } as const, ...finalists.map((finalist) => ({ title: heading(finalist) }))]),
    rows.map(pick),
    paint,
  );
}

function verdict(best: Finalist, present: Finalist, isBetter: boolean, { paint, columns }: TuneLook): string {
  const prose = (text: string): string => wrapped(text, { width: Math.min(columns, 100), indent: "" });
  if (best.name === present.name) return prose("The present options lost least of all that was tried.");
  const gains = `  ${SCORE_NAMES.map((name) => `${TITLES[name]} ${change(name, best.gain)}`).join(", ")}`;
  if (isBetter) return `${paint("green", `'${best.name}' is better than the present options:`)}\n${gains}`;
  const text =
    `'${best.name}' looked best in the race, but on fresh seeds it isn't better than the present options by more than ` +
    "chance, so the file keeps those. The difference:";
  return `${paint("yellow", prose(text))}\n${gains}`;
}

/** Each option's values in their order, the best one's own among them. */
function sensitivityTable({ sensitivity, best, axes }: Tuning, { paint }: TuneLook): string {
  const rows = axes.flatMap(({ name }) => {
    const moves = sensitivity.filter((move) => move.name === name);
    const own = { value: best.values[name] ?? Number.NaN, cells: SCORE_NAMES.map((): Cell => "as it is") };
    return [
      own,
      ...moves.map(({ value, change }) => ({ value, cells: SCORE_NAMES.map((score) => cellOf(score, change)) })),
    ]
      .sort((a, b) => a.value - b.value)
      .map(({ value, cells }, index): readonly Cell[] => [index === 0 ? name : "", String(value), ...cells]);
  });
  return renderTable(
    [{ title: "", align: "left" }, { title: "" }, ...SCORE_NAMES.map((name) => ({ title: TITLES[name] }))],
    rows,
    paint,
  );
}

/** Green where it is better by more than chance, red where it is worse. */
function cellOf(name: keyof Score, gains: Gains): Cell {
  const { mean, error } = gains[name];
  const text = change(name, gains);
  if (Math.abs(mean) <= 2 * error) return { text, style: "dim" };
  const isBetter = name === "goodput" ? mean > 0 : mean < 0;
  return { text, style: isBetter ? "green" : "red" };
}

/** `+0.004 ±0.001`. */
function change(name: keyof Score, gains: Gains): string {
  const { mean, error } = gains[name];
  switch (name) {
    case "goodput":
      return `${signed(mean, 3)} ±${error.toFixed(3)}`;
    case "refused":
      return `${signed(mean * 100, 2)} ±${(error * 100).toFixed(2)} %`;
    case "waitP99Ms":
      return `${signed(mean / 1_000, 2)} ±${(error / 1_000).toFixed(2)} s`;
    default:
      return name satisfies never;
  }
}

function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value < 0 ? "-" : "+"}${text}`;
}
