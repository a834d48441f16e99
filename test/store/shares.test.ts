import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { targets } from "../../src/store/shares.js";

const want = fc.oneof(fc.constant(0), fc.constant(1e9), fc.double({ min: 0, max: 500, noNaN: true }));

describe("shares of a fleet's rate", () => {
  it("add up to one, whatever is wanted", () => {
    fc.assert(
      fc.property(
        fc.array(want, { minLength: 1, maxLength: 50 }),
        fc.double({ min: 0.01, max: 1e4, noNaN: true }),
        (wants, rate) => {
          const parts = targets(
            wants.map((each) => ({ want: each })),
            rate,
          );
          expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 9);
          expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  it("leave nobody short while another has more than it wants", () => {
    fc.assert(
      fc.property(fc.array(want, { minLength: 2, maxLength: 20 }), (wants) => {
        const rate = 100;
        const parts = targets(
          wants.map((each) => ({ want: each })),
          rate,
        );
        const floor = (0.04 * rate) / wants.length;
        for (const [one, mine] of wants.entries()) {
          const isShort = (parts[one] ?? 0) * rate < 1.25 * mine - 1e-6;
          for (const [other, its] of wants.entries()) {
            const beyond = (parts[other] ?? 0) * rate - Math.max(floor, 1.25 * its);
            if (isShort) expect(beyond).toBeLessThanOrEqual(1e-6);
          }
        }
      }),
    );
  });

  it("give who is busy nearly all, and who idles enough to begin with", () => {
    const [busy = 0, ...idle] = targets([{ want: 1e9 }, ...Array.from({ length: 7 }, () => ({ want: 0 }))], 40);
    expect(busy).toBeGreaterThan(0.96);
    expect(idle.every((part) => part > 0.004)).toBe(true);
  });
});
