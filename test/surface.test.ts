import { describe, expect, it } from "vitest";
import * as anthropic from "../src/adapter/anthropic.js";
import * as dashboard from "../src/adapter/dashboard.js";
import * as otel from "../src/adapter/otel.js";
import * as together from "../src/adapter/together.js";
import * as undici from "../src/adapter/undici.js";
import * as surface from "../src/index.js";
import * as channel from "../src/store/channel.js";
import * as store from "../src/store/create-store.js";
import * as redis from "../src/store/redis.js";
import { virtualSluice } from "./flow/server.js";

describe("the other doors", () => {
  it("export what the contract names, and nothing by accident", () => {
    expect(Object.keys(dashboard)).toEqual(["dashboard"]);
    expect(Object.keys(otel)).toEqual(["instrument"]);
    expect(Object.keys(anthropic)).toEqual(["sluiceMiddleware"]);
    expect(Object.keys(channel)).toEqual(["channelStore"]);
    expect(Object.keys(redis)).toEqual(["redisStore"]);
    expect(Object.keys(store).sort()).toEqual([
      "ABSENT",
      "AHEAD_MAX_MS",
      "BEHIND_MAX_MS",
      "HEAD_BYTES",
      "UNREADABLE",
      "VALUE_BYTES_MAX",
      "checkStore",
      "createStore",
      "tagOf",
    ]);
    expect(Object.keys(together)).toEqual(["packEmbeddings"]);
    expect(Object.keys(undici).sort()).toEqual(["observe", "sluiceInterceptor"]);
  });
});

describe("the public door", () => {
  it("exports what the contract names, and nothing by accident", () => {
    expect(Object.keys(surface).sort()).toEqual([
      "DEFAULTS",
      "PRESETS",
      "REASONS",
      "SluiceError",
      "createSluice",
      "isSluiceError",
      "readSignal",
      "systemClock",
      "systemRandom",
    ]);
  });

  it("hands out a sluice with these members, and no others", async () => {
    const { sluice } = virtualSluice();
    expect(Object.keys(sluice).sort()).toEqual([
      "budgets",
      "cap",
      "close",
      "event$",
      "fetch",
      "map",
      "pace",
      "pause",
      "resume",
      "schedule",
      "sdkOptions",
      "snapshot",
      "with",
      "wrap",
    ]);
    expect(typeof sluice[Symbol.asyncDispose]).toBe("function");
    await sluice.close();
  });

  it("gives its members without a `this`, so that they can be taken apart", async () => {
    const { sluice, clock } = virtualSluice();
    const { schedule, wrap, pace, map, budgets, close } = sluice;
    const { of } = await import("rxjs");
    const values: unknown[] = [];
    wrap(of("wrapped")).subscribe((value) => values.push(value));
    of("paced")
      .pipe(pace((input) => of(input)))
      .subscribe((value) => values.push(value));
    const scheduled = schedule(async () => "scheduled");
    const mapped = map(["mapped"], async (input) => input).next();
    await clock.runAsync();
    expect([...values, await scheduled, (await mapped).value]).toEqual(["wrapped", "paced", "scheduled", "mapped"]);
    expect(budgets()).toHaveLength(1);
    await close();
  });

  it("says of a budget and of an error what the contract names", async () => {
    const { sluice } = virtualSluice();
    await sluice.schedule(async () => 1);
    const [budget] = sluice.budgets();
    expect(budget).toMatchObject({
      key: "default",
      dimension: "requests",
      ratePerSecond: expect.any(Number),
      phase: "start",
      queued: 0,
      inFlight: 0,
      accepted: 1,
      throttled: 0,
      overloaded: 0,
      decision: { move: expect.stringMatching(/^(increase|decrease|hold)$/), because: expect.any(String) },
    });
    await sluice.close();
    const error: unknown = await sluice.schedule(async () => 2).catch((reason: unknown) => reason);
    expect(surface.isSluiceError(error)).toBe(true);
    expect(error).toMatchObject({ code: "ERR_SLUICE_CLOSED", key: "default", name: "SluiceError" });
  });

  it("tells its reasons in kebab-case, each once", () => {
    const reasons = Object.keys(surface.REASONS);
    expect(reasons.length).toBeGreaterThan(0);
    for (const reason of reasons) expect(reason).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });
});
