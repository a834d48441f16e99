import { describe, expect, it } from "vitest";
import { wordsOf } from "../../../simulations/playground/browser/decisions.js";
import { TrackBook } from "../../../simulations/playground/browser/track-book.js";
import { DecisionLog } from "../../../simulations/playground/decision-log.js";
import { REASONS } from "../../../src/control/reasons.js";

const DECISION = { client: 0, model: "m", dimension: "requests" } as const;

describe("what a page was told of a contestant", () => {
  it("adds up, over models and over bins that are shown as one", () => {
    const book = new TrackBook();
    const column = (...values: number[]) => ({ from: 0, values: Float64Array.from(values) });
    const columns = {
      "0/accepted": column(1, 2, 3),
      "1/accepted": column(10, 0, 5),
      "0/rate": column(4, 9, 6),
      queued: column(7, 8, 2),
      p99: column(Number.NaN, 0.5, 0.25),
    };
    book.take({ columns, lanes: [], cells: new Float64Array(0), decisions: [] });
    const stretch = { from: 0, until: 4, size: 2 };
    expect(book.total("0/accepted")).toBe(6);
    expect(book.together("accepted", 2, stretch, 2)).toEqual([6.5, 4]);
    expect(book.model("m", 0, stretch, 2)).toMatchObject({ rate: [9, 6], accepted: [1.5, 1.5], limit: [null, null] });
    expect([book.levels("queued", stretch), book.waits("p99", stretch)]).toEqual([
      [8, 2],
      [0.5, 0.25],
    ]);
    expect([book.total("tokens"), book.view("tokens").length]).toEqual([0, 0]);
  });

  it("has the same decisions to show whether it was told of them bit by bit or at once", () => {
    const moves = [
      ["hold", "steady"],
      ["increase", "probing"],
      ["decrease", "fresh-429"],
      ["hold", "application-limited"],
    ] as const;
    const logs = [new DecisionLog(), new DecisionLog()];
    const [bitByBit, atOnce] = [new TrackBook(), new TrackBook()];
    const tell = (book: TrackBook, log: DecisionLog | undefined): void =>
      book.take({ columns: {}, ...(log ?? new DecisionLog()).news() });
    const stretch = { from: 4, until: 200, size: 4 };
    for (let step = 0; step < 600; step++) {
      const [move, because] = moves[(step + Math.floor(step / 5)) % (step < 300 ? 3 : 4)] ?? moves[0];
      for (const log of logs)
        log.add({ ...DECISION, atMs: step * 330, move, because, ratePerSecond: step }, Math.floor(step / 3));
      if (step % 7 !== 0) continue;
      tell(bitByBit, logs[0]);
      bitByBit.decisionTrack(step % 2 === 0 ? stretch : { from: 0, until: 200, size: 1 }).rows.length;
    }
    for (const [index, book] of [bitByBit, atOnce].entries()) tell(book, logs[index]);
    const [one, other] = [bitByBit, atOnce].map((book) => book.decisionTrack(stretch));
    const inOrder = (rows: readonly (readonly number[])[] = []) =>
      [...rows].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0));
    expect(one?.lanes).toEqual(other?.lanes);
    expect(one?.lanes.map(({ because }) => because)).toEqual(["probing", "steady", "application-limited", "fresh-429"]);
    expect(inOrder(one?.rows)).toEqual(inOrder(other?.rows));
    expect(one?.rows.reduce((sum, [, , many]) => sum + many, 0)).toBe(588);
  });

  it("says why in words, and beside them the code and what it says of this case", () => {
    expect(wordsOf({ because: "fresh-429", detail: "10.00 to 8.00" })).toEqual([
      REASONS["fresh-429"],
      "fresh-429: 10.00 to 8.00",
    ]);
    expect(wordsOf({ because: "of-tomorrow" })).toEqual(["of-tomorrow", ""]);
  });
});
