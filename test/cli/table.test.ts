import { describe, expect, it } from "vitest";
import { renderTable } from "../../src/cli/table.js";

describe("a table", () => {
  it("aligns columns by what is seen, not by the codes that paint it", () => {
    const columns = [{ title: "name", align: "left" }, { title: "n" }, { title: "note", align: "left" }] as const;
    const rows = [
      ["a", "10", { text: "fine", style: "green" }],
      ["longer", "2", ""],
    ] as const;
    expect(renderTable(columns, rows, (style, text) => `<${style}>${text}</>`)).toBe(
      ["<dim>name     n  note</>", "a       10  <green>fine</>", "longer   2"].join("\n"),
    );
  });
});
