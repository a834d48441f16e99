import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../../../simulations/clock.js";
import { LiveRequest } from "../../../simulations/world/live.js";
import { TryLog } from "../../../simulations/world/log.js";
import { createPlant, type ServerSpec } from "../../../simulations/world/plant.js";
import { createWire } from "../../../simulations/world/wire.js";

/** A way to a server, and what is heard on it. */
function way(server: ServerSpec) {
  const clock = createVirtualClock();
  const plant = createPlant(server, "1");
  const tries = new TryLog();
  const wire = createWire({ clock, plant, tries, organisation: "one", isDirect: false });
  const heard: string[] = [];
  let requests = 0;
  const send = () => {
    const wish = { model: "model", cost: {}, charged: {}, settled: { tokens: 100 } };
    return wire.send(new LiveRequest(requests++, 0, wish, clock.now()), {
      onResponse: ({ status }) => heard.push(`${clock.now()} ${status}`),
      onEnd: () => heard.push(`${clock.now()} end`),
      onError: ({ message }) => heard.push(`${clock.now()} ${message}`),
    });
  };
  const waitMs = () => plant.waitMs(clock.now(), "model", { key: "one", cost: {} });
  return { clock, plant, tries, heard, send, waitMs };
}

const ONE_AT_A_TIME = { kind: "concurrency", inFlightMax: 1 } as const;
const STEADY = { sigma: 0, medianMs: 1_000 } as const;

describe("the way to a server", () => {
  it("brings the headers, then the body at the pace of its tokens", () => {
    const { clock, heard, send } = way({ limit: ONE_AT_A_TIME, answers: { ...STEADY, tokensPerSecond: 50 } });
    send();
    clock.run();
    expect(heard).toEqual(["1000 200", "3000 end"]);
  });

  it("has a length each way: the slot is free before the client knows", () => {
    const path = { uplinkMs: 200, uplinkSigma: 0, downlinkMs: 300, downlinkSigma: 0 };
    const { clock, heard, send, waitMs } = way({ limit: ONE_AT_A_TIME, answers: { ...STEADY, ...path } });
    send();
    const frees = [100, 300, 1_100, 1_300, 1_400].map((atMs) => {
      clock.run(atMs);
      return waitMs() === 0;
    });
    expect(frees).toEqual([true, false, false, true, true]);
    clock.run();
    expect(heard).toEqual(["1500 200", "1500 end"]);
  });

  it("gives the slot back once, and is silent, when a try is given up", () => {
    const { clock, tries, heard, send, waitMs } = way({ limit: ONE_AT_A_TIME, answers: STEADY });
    const giveUp = send();
    clock.run(500);
    giveUp();
    giveUp();
    expect(waitMs()).toBe(0);
    send();
    clock.run(600);
    expect(waitMs()).toBe(Number.POSITIVE_INFINITY);
    clock.run();
    expect(heard).toEqual(["1500 200", "1500 end"]);
    expect(tries.length).toBe(2);
  });

  it("breaks where it is told to: in the body, before the answer, after a minute of silence", () => {
    const heardOf = (server: Partial<ServerSpec>): string[] => {
      const { clock, heard, send } = way({
        limit: ONE_AT_A_TIME,
        answers: { ...STEADY, tokensPerSecond: 50 },
        ...server,
      });
      send();
      clock.run();
      return heard;
    };
    expect(heardOf({ faults: [{ kind: "close-mid-body" }] })).toEqual(["1000 200", "2000 terminated"]);
    expect(heardOf({ faults: [{ kind: "close-early" }] })).toEqual(["1000 fetch failed"]);
    expect(heardOf({ faults: [{ kind: "never-answer", waitMs: 60_000 }] })).toEqual(["60000 fetch failed"]);
    expect(heardOf({ faults: [{ kind: "never-answer" }] })).toEqual([]);
  });

  it("hides what a proxy tried again", () => {
    const limit = { kind: "policer", requestsPerSecond: 1 } as const;
    const { clock, tries, heard, send } = way({ limit, answers: STEADY, proxy: { retries: 5, backoffMs: 300 } });
    send();
    send();
    clock.run();
    expect(heard).toHaveLength(4);
    expect(heard.every((each) => /200|end/.test(each))).toBe(true);
    expect([tries.length, tries.outcomeOf(1)]).toEqual([2, "accepted"]);
  });
});
