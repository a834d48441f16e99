import { describe, expect, test } from "vitest";
import { run } from "./headers-loop.js";
import { type Plant, plant, withoutHeaders } from "./plants.js";

/**
 * The whole budget on random plants, with bounds on all of them together. A few run here, for half the time;
 * `HOLD_OUT=100 npx vitest run test/control/hold-out` runs that many whole ones, with and without their headers, and
 * prints how they fared. `HOLD_OUT_FROM` is the first seed.
 */
const COUNT = Number(process.env["HOLD_OUT"] ?? 0);
const FROM = Number(process.env["HOLD_OUT_FROM"] ?? 1);
const FEW = 10;

interface Row {
  readonly plant: Plant;
  readonly utilisation: number;
  readonly refused: number;
}

function rows(from: number, count: number, seconds: number, isRead = true): readonly Row[] {
  return Array.from({ length: count }, (_, index) => {
    const seed = from + index;
    const made = plant(seed, seconds);
    const { utilisation, refusedPercent } = run(isRead ? made.world : withoutHeaders(made), seed);
    return { plant: made, utilisation, refused: refusedPercent };
  });
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
}

function tell(name: string, all: readonly Row[]): string {
  const used = all.map(({ utilisation }) => utilisation);
  const refused = all.map((row) => row.refused);
  const figures = [mean(used), quantile(used, 0.1), Math.min(...used), mean(refused)];
  figures.push(quantile(refused, 0.5), quantile(refused, 0.9));
  return `${name.padEnd(18)} ${String(all.length).padStart(4)}  ${figures.map((each) => each.toFixed(3).padStart(7)).join(" ")}`;
}

function report(title: string, all: readonly Row[]): string {
  const groups: readonly (readonly [string, (row: Row) => boolean])[] = [
    ["honest, alone", ({ plant }) => plant.lie === null && !plant.hasNeighbour],
    ["honest, neighbour", ({ plant }) => plant.lie === null && plant.hasNeighbour],
    ["lying", ({ plant }) => plant.lie !== null],
    ["not sliding", ({ plant }) => !plant.isSliding],
    ["all", () => true],
  ];
  const table = groups.flatMap(([name, belongs]) => {
    const members = all.filter(belongs);
    return members.length === 0 ? [] : [tell(name, members)];
  });
  return [`${title.padEnd(25)} mean u   p10 u worst u  mean %     p50     p90`, ...table].join("\n");
}

describe("random plants", () => {
  test.runIf(COUNT === 0)("are used well, and few requests are refused", () => {
    const all = rows(FROM, FEW, 300);
    expect(mean(all.map(({ utilisation }) => utilisation))).toBeGreaterThan(0.87);
    expect(Math.min(...all.map(({ utilisation }) => utilisation))).toBeGreaterThan(0.5);
    expect(mean(all.map(({ refused }) => refused))).toBeLessThan(2);
  });

  test.runIf(COUNT > 0)("one by one", { timeout: 600_000 }, () => {
    const read = rows(FROM, COUNT, 600);
    console.log(report("headers read", read));
    console.log(report("headers not read", rows(FROM, COUNT, 600, false)));
    for (const { plant, utilisation, refused } of [...read]
      .sort((a, b) => a.utilisation - b.utilisation)
      .slice(0, 12)) {
      console.log(`${utilisation.toFixed(3)} ${refused.toFixed(2).padStart(6)} %  ${plant.name}`);
    }
    expect(mean(read.map(({ utilisation }) => utilisation))).toBeGreaterThan(0.93);
    expect(mean(read.map(({ refused }) => refused))).toBeLessThan(1.5);
  });
});
