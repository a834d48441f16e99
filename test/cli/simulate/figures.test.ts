import { describe, expect, it } from "vitest";
import { boundFigure, figure, missedFigure } from "../../../src/cli/simulate/figures.js";

describe("figures in a table", () => {
  it("shows each metric in its unit", () => {
    expect(figure("goodput", 0.98765)).toBe("0.988");
    expect(figure("refused", 0.00633)).toBe("0.63 %");
    expect(figure("refused", 0.125)).toBe("12.5 %");
    expect(figure("waitP99Ms", 0)).toBe("0 ms");
    expect(figure("waitP99Ms", 12.34)).toBe("12.3 ms");
    expect(figure("waitP99Ms", 999.6)).toBe("1.00 s");
    expect(figure("waitP99Ms", 123_456)).toBe("123 s");
    expect(figure("attempts", 12)).toBe("12");
    expect(figure("attempts", 12.25)).toBe("12.3");
    expect(figure("cov", 0.5)).toBe("0.500");
    expect(figure("goodput", Number.NaN)).toBe("-");
  });

  it("shows a bound as it was written", () => {
    expect(boundFigure("refused", 0.0065)).toBe("0.65 %");
    expect(boundFigure("goodput", 0.99)).toBe("0.99");
    expect(boundFigure("settleUpMs", 20_000)).toBe("20000 ms");
    expect(boundFigure("attempts", 17)).toBe("17");
  });

  it("never lets a value that misses a bound look like the bound", () => {
    expect(missedFigure("goodput", 0.951, 0.99)).toBe("0.951");
    expect(missedFigure("goodput", 0.98996, 0.99)).toBe("0.98996");
    expect(missedFigure("refused", 0.006504, 0.0065)).toBe("0.6504 %");
    expect(missedFigure("waitP99Ms", 50.001, 50)).toBe("50.001 ms");
  });
});
