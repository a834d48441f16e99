import { describe, expect, it } from "vitest";
import {
  countRecentRefused,
  countRefused,
  openCohort,
  openRecent,
  refusedShare,
  rollRecent,
} from "../../src/control/cohort.js";

describe("a cohort", () => {
  it("is the share refused of what was sent since it opened", () => {
    let cohort = openCohort(10);
    for (const number of [9, 10, 11, 12, 14]) cohort = countRefused(cohort, number);
    expect(refusedShare(cohort, 16)).toBe(3 / 6);
  });

  it("says nothing of fewer than three sends", () => {
    expect(refusedShare({ after: 10, refused: 2 }, 12)).toBe(0);
  });
});

describe("the last moments", () => {
  it("forget by halves: between half the span and all of it is remembered", () => {
    let recent = openRecent(0, 0);
    recent = countRecentRefused(recent, 1);
    recent = rollRecent(recent, 0.5, 5, 1);
    recent = countRecentRefused(recent, 6);
    expect(recent.older).toEqual({ after: 0, refused: 2 });
    recent = rollRecent(recent, 1, 9, 1);
    expect(recent.older).toEqual({ after: 5, refused: 1 });
  });

  it("are empty after a pause of the whole span", () => {
    const recent = rollRecent(countRecentRefused(openRecent(0, 0), 1), 3, 5, 1);
    expect(recent).toEqual(openRecent(3, 5));
  });
});
