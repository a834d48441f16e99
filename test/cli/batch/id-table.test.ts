import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IdTable } from "../../../src/cli/batch/id-table.js";

describe("IdTable", () => {
  it("knows what a Map would know", () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string(),
            fc.integer({ min: 0, max: 50 }).map((id) => `request-${id}`),
          ),
        ),
        (ids) => {
          const table = new IdTable();
          const map = new Map<string, number>();
          ids.forEach((id, index) => {
            expect(table.has(id)).toBe(map.has(id));
            expect(table.claim(id, index + 1)).toBe(map.get(id) ?? 0);
            if (!map.has(id)) map.set(id, index + 1);
          });
          expect(table.size).toBe(map.size);
        },
      ),
    ));

  it("tells 300,000 ids of a common pattern apart, before and after it has grown", () => {
    const table = new IdTable();
    let mistaken = 0;
    for (let line = 1; line <= 300_000; line += 1) mistaken += table.claim(`request-${line}`, line) === 0 ? 0 : 1;
    expect(mistaken).toBe(0);
    expect(table.claim("request-77", 1)).toBe(77);
    expect(table.claim("request-299999", 1)).toBe(299_999);
    expect(table.has("request-300001")).toBe(false);
  });
});
