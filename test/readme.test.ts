import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { METRICS } from "../src/adapter/otel/names.js";
import { DEFAULTS } from "../src/defaults.js";
import { fencesOf, regionsOf } from "./examples/regions.js";

const readme = readFileSync("README.md", "utf8");
const regions = regionsOf(
  ["readme.ts", "bullmq.mjs", "your-application.realtime.test.ts"].map((file) => `test/examples/${file}`),
);

interface MatrixCell {
  readonly name: string;
  readonly runtime: string;
  readonly sdk?: string;
}

async function matrixCells(): Promise<readonly MatrixCell[]> {
  const { CELLS } = (await import(String(new URL("matrix/cells.mjs", import.meta.url)))) as {
    CELLS: readonly MatrixCell[];
  };
  return CELLS;
}

/** A table of the matrix, as `npm run test:matrix -- --write` put it there: its rows, each a list of cells. */
function tableIn(name: string): readonly (readonly string[])[] {
  const [, table = ""] = readme.split(new RegExp(`<!-- /?matrix of ${name}\\b.*-->`));
  const rows = table.split("\n").filter((line) => line.startsWith("|"));
  return rows.map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe("the README", () => {
  it.each([...regions])("has the code of “%s” as it was compiled", (_, code) => {
    expect(fencesOf(readme, "ts").join("\n")).toContain(code);
  });

  it("has no other TypeScript than what was compiled", () => {
    expect(fencesOf(readme, "ts")).toHaveLength(regions.size);
  });

  it("names every option that has a default, in the group that it belongs to", () => {
    for (const [group, value] of Object.entries(DEFAULTS)) {
      if (group === "bufferMax") continue; // of pace and map
      if (typeof value !== "object") expect(readme).toContain(`\`${group}\``);
      else expect(readme).toContain(`\`${group}.`);
      for (const name of Object.keys(typeof value === "object" ? value : {})) expect(readme).toContain(name);
    }
  });

  it("names every metric that OpenTelemetry is told", () => {
    for (const { name } of Object.values(METRICS)) expect(readme).toContain(`\`${name}\``);
  });

  it("gives the lines for every SDK that the matrix runs, and for no other", async () => {
    const { readmeLines } = (await import(String(new URL("matrix/runner/sdks.mjs", import.meta.url)))) as {
      readmeLines(): ReadonlyMap<string, readonly string[]>;
    };
    const cells = await matrixCells();
    expect([...readmeLines().keys()].sort()).toEqual([...new Set(cells.flatMap(({ sdk }) => sdk ?? []))].sort());
    for (const lines of readmeLines().values()) expect(lines.length).toBeGreaterThan(1);
  });

  it("says of every door in the matrix how it does, and only where all held", async () => {
    const [head = [], , ...rows] = tableIn("doors");
    const wanted = (await matrixCells()).flatMap(({ sdk, name, runtime }) =>
      sdk === undefined && !name.startsWith("undici") ? [] : [`${sdk ?? "undici"} on ${runtime}`],
    );
    const told = rows.flatMap(([door, , ...words]) =>
      words.flatMap((word, at) => (/^(\d+) of \1$|^refused/.test(word) ? [`${door} on ${head[at + 2]}`] : [])),
    );
    expect(told.sort()).toEqual(wanted.sort());
    for (const [door, , ...words] of rows.filter(([door]) => door !== "undici")) {
      expect([door, words.filter((word) => word === "compiles").length]).toEqual([door, 3]);
    }
  });

  it("links only to files that are there", () => {
    for (const [, file = ""] of readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
      expect(() => readFileSync(file)).not.toThrow();
    }
  });
});
