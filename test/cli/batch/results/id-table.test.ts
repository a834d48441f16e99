import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IdTable, LINES_MAX } from "../../../../src/cli/batch/results/id-table.js";

const MARKS = ["none", "failed", "answered"] as const;
const anId = fc.oneof(
  fc.string(),
  fc.integer({ min: 0, max: 50 }).map((id) => `request-${id}`),
);

describe("IdTable", () => {
  it("knows what two Maps would know", () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(anId, fc.option(fc.constantFrom(...MARKS)))), (steps) => {
        const table = new IdTable();
        const lines = new Map<string, number>();
        const marks = new Map<string, number>();
        steps.forEach(([id, mark], index) => {
          if (mark === null) {
            expect(table.claim(id, index + 1)).toBe(lines.get(id) ?? 0);
            if (!lines.has(id)) lines.set(id, index + 1);
          } else {
            const rank = MARKS.indexOf(mark);
            expect(table.remember(id, mark)).toBe(rank > (marks.get(id) ?? 0));
            if (rank > (marks.get(id) ?? 0)) marks.set(id, rank);
          }
          expect(table.lineOf(id)).toBe(lines.get(id) ?? 0);
          expect(table.markOf(id)).toBe(MARKS[marks.get(id) ?? 0]);
        });
        expect(table.size).toBe(new Set([...lines.keys(), ...marks.keys()]).size);
      }),
    ));

  it("tells 300,000 ids of a common pattern apart, before and after it has grown", () => {
    const table = new IdTable();
    let mistaken = 0;
    for (let line = 1; line <= 300_000; line += 1) mistaken += table.claim(`request-${line}`, line) === 0 ? 0 : 1;
    expect(mistaken).toBe(0);
    expect(table.claim("request-77", 1)).toBe(77);
    expect(table.claim("request-299999", 1)).toBe(299_999);
    expect(table.lineOf("request-300001")).toBe(0);
    expect(table.size).toBe(300_000);
  });

  it("takes at most 20 bytes an id, however many there are", () => {
    const table = new IdTable();
    const perId: number[] = [];
    for (let line = 1; line <= 400_000; line += 1) {
      table.claim(`r${line}`, line);
      if (line >= 20_000 && line % 1_000 === 0) perId.push(table.bytes / line);
    }
    expect(Math.max(...perId)).toBeLessThanOrEqual(20);
  });

  it("refuses a line that it could not tell from another", () => {
    const table = new IdTable();
    expect(table.claim("a", LINES_MAX)).toBe(0);
    expect(table.claim("a", 1)).toBe(LINES_MAX);
    expect(() => table.claim("b", LINES_MAX + 1)).toThrow(/more lines than/);
  });
});
