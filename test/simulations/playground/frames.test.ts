import { describe, expect, it } from "vitest";
import { Frames } from "../../../simulations/playground/browser/frames.js";
import type { Piece } from "../../../simulations/playground/browser/turns.js";

/** Frames that come when they are told to, and pieces that take so long. */
function stage() {
  let nowMs = 0;
  let asked: (() => void) | undefined;
  const drawn: string[] = [];
  const frames = new Frames({
    now: () => nowMs,
    onNext: (frame) => {
      if (asked !== undefined) throw new Error("asked for twice");
      asked = frame;
    },
  });
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  /** What is drawn in the next frame; undefined where nobody asked for one. */
  const next = (): readonly string[] | undefined => {
    const frame = asked;
    asked = undefined;
    drawn.length = 0;
    frame?.();
    return frame && [...drawn];
  };
  const piece = (name: string, costMs: number): Piece => ({
    of: { name },
    draw: () => {
      drawn.push(name);
      pass(costMs);
    },
  });
  return { frames, next, pass, piece };
}

describe("the frames of a page", () => {
  it("draw one piece whose cost nobody knows, then as many as fit by what they cost before", () => {
    const { frames, next, piece } = stage();
    const pieces = [piece("a", 1), piece("b", 1), piece("c", 3), piece("d", 9)];
    frames.draw(pieces, () => {});
    expect([next(), next(), next(), next(), next()]).toEqual([["a"], ["b"], ["c"], ["d"], undefined]);
    frames.draw(pieces, () => {});
    // One that is always too much has a frame to itself.
    expect([next(), next(), next(), next()]).toEqual([["a", "b"], ["c"], ["d"], undefined]);
  });

  it("say that all is drawn once it is, and rest until they are asked", () => {
    const { frames, next, piece } = stage();
    const said: string[] = [];
    frames.draw([], () => said.push("nothing"));
    expect([said, next()]).toEqual([["nothing"], undefined]);
    frames.draw([piece("old", 1), piece("older", 1)], () => said.push("first"));
    next();
    frames.draw([piece("new", 1)], () => said.push("second"));
    expect(said).toEqual(["nothing"]);
    expect([next(), next()]).toEqual([["new"], undefined]);
    expect(said).toEqual(["nothing", "first", "second"]);
  });

  it("count what was done before a frame as the frame's, and leave the less room for it", () => {
    const { frames, next, pass, piece } = stage();
    const pieces = [piece("a", 1), piece("b", 1)];
    frames.draw(pieces, () => {});
    next();
    next();
    frames.work(() => pass(2.5));
    frames.draw(pieces, () => {});
    expect([next(), next()]).toEqual([["a"], ["b"]]);
    for (let frame = 0; frame < 200; frame += 1) {
      frames.work(() => pass(2.5));
      frames.draw(pieces, () => {});
      next();
      next();
    }
    expect(frames.p95Ms()).toBe(3.5);
  });

  it("leave what is built for the first time out of what drawing takes", () => {
    const { frames, next, piece } = stage();
    const chart = piece("chart", 300);
    const drawIt = (times: number): void => {
      for (let time = 0; time < times; time += 1) {
        frames.draw([chart], () => {});
        next();
      }
    };
    drawIt(100);
    // The first of them isn't counted, and ninety-nine don't say enough.
    expect(frames.p95Ms()).toBeUndefined();
    drawIt(1);
    expect(frames.p95Ms()).toBe(300);
  });

  it("go on after what can't be drawn, and say at last that all is drawn", () => {
    const { frames, next, piece } = stage();
    const said: string[] = [];
    const broken: Piece = {
      of: {},
      draw: () => {
        throw new Error("no room for a chart");
      },
    };
    frames.draw([broken, piece("after it", 1)], () => said.push("all"));
    expect(next).toThrow("no room for a chart");
    expect(said).toEqual([]);
    expect([next(), next()]).toEqual([["after it"], undefined]);
    frames.draw([broken], () => said.push("nothing"));
    expect(next).toThrow("no room for a chart");
    expect(said).toEqual(["all", "nothing"]);
  });
});
