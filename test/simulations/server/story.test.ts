import { afterEach, describe, expect, it } from "vitest";
import {
  createVirtualClock,
  type RunningServer,
  SCENARIOS,
  type Scenario,
  type ServerOptions,
  startServer,
} from "../../../simulations/index.js";
import { createService } from "../../../simulations/server/service.js";
import { withStory } from "../../../simulations/server/story.js";
import { createPlant } from "../../../simulations/world/plant.js";

const FAST = {
  firstByteMs: 1,
  sigma: 0,
  perTokenMs: 0,
  bodyMs: 0,
  refusalMs: 1,
  overloadMs: 1,
  uplinkMs: 0,
  downlinkMs: 0,
};
const body = (model: string) => JSON.stringify({ model, messages: [{ role: "user", content: "Hello." }] });

const servers: RunningServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(options: ServerOptions): Promise<RunningServer> {
  const server = await startServer({ latency: FAST, ...options });
  servers.push(server);
  return server;
}

const ask = (server: RunningServer, model = "model", key = "any") =>
  fetch(`${server.url}/v1/chat/completions`, {
    method: "POST",
    body: body(model),
    headers: { authorization: `Bearer ${key}` },
  });

describe("a scenario's server over a wire", () => {
  it("is found by name or by its beginning, and tells its story", async () => {
    const server = await start({ scenario: "s06", speed: 10 });
    expect((await ask(server)).status).toBe(200);
    expect(server.state()).toMatchObject({
      story: { name: "s06-down-and-up", durationMs: 90_000 },
      lanes: [{ model: "model", organisation: "one", limitPerSecond: 40, accepted: 1 }],
      headers: "none",
    });
  });

  it("has the limit that the simulation has, at each instant, whichever scenario it is", async () => {
    for (const whole of SCENARIOS) {
      // Neither who else comes nor what fails beside it is the limit's.
      const scenario = { ...whole, server: { ...whole.server, neighbours: [], faults: [] } };
      const { options } = await withStory({ scenario, latency: FAST });
      const { organisationDefault: organisation = "", models = [] } = options;
      const model = models[0]?.id ?? "";
      const clock = createVirtualClock();
      const service = createService(options, clock);
      const plant = createPlant(scenario.server, "1");
      const call = { method: "POST", path: "/v1/chat/completions", body: JSON.parse(body(model)), organisation };
      const seen: (readonly [number, number])[] = [];
      for (let part = 1; part <= 12; part++) {
        const atMs = (scenario.durationMs * part) / 12;
        clock.run(atMs);
        service.answer(call).end();
        const own = plant.arrive(atMs, model, { key: organisation, cost: { requests: 1, tokens: 2 } });
        own.end?.(atMs, { tokens: 40 });
        const lane = service.state({ traceSecondsMax: 0 }).lanes[0];
        const { requests } = plant.allowed(atMs, model, organisation);
        seen.push([lane?.limitPerSecond ?? Number.POSITIVE_INFINITY, requests]);
      }
      for (const [here, there] of seen)
        expect([scenario.name, here]).toEqual([scenario.name, expect.closeTo(there, 6)]);
    }
  });

  it("lets strangers draw on the budget that its clients have", async () => {
    const acceptedBeside = async (strangersPerSecond: number) => {
      const limit = { kind: "policer", requestsPerSecond: 10, depthMs: 1_000 } as const;
      const neighbours = [{ requestsPerSecond: strangersPerSecond, arrivals: "even" }] as const;
      const base = { name: "mine", story: "Mine.", durationMs: 60_000, bounds: [] };
      const { options } = await withStory({ scenario: { ...base, server: { limit, neighbours } }, latency: FAST });
      const clock = createVirtualClock();
      const service = createService(options, clock);
      const call = { method: "POST", path: "/v1/chat/completions", body: JSON.parse(body("model")) };
      for (let atMs = 1_000; atMs <= 31_000; atMs += 50) {
        clock.run(atMs);
        service.answer({ ...call, organisation: service.organisationOf("Bearer any") }).end();
      }
      return service.state().lanes[0]?.accepted ?? 0;
    };
    const alone = await acceptedBeside(0);
    expect(alone).toBeGreaterThanOrEqual(300);
    expect(await acceptedBeside(20)).toBeLessThan(0.7 * alone);
  });

  it("has a proxy that tries refused requests again, after a way that takes its time", async () => {
    const limit = { kind: "policer", requestsPerSecond: 1, depthMs: 1_000 } as const;
    const scenario: Scenario = {
      name: "mine",
      story: "Mine.",
      durationMs: 60_000,
      server: { limit, proxy: { retries: 2, backoffMs: 600 }, answers: { uplinkMs: 20, uplinkSigma: 0 } },
      bounds: [],
    };
    const server = await start({ scenario, latency: { ...FAST, uplinkMs: 20 } });
    const statuses = await Promise.all([ask(server), ask(server)].map(async (each) => (await each).status));
    expect(statuses).toEqual([200, 200]);
    expect(server.state().lanes).toMatchObject([{ accepted: 2, throttled: expect.any(Number) }]);
    expect(server.state().lanes[0]?.throttled).toBeGreaterThan(0);
  });

  it("says what is wrong with a limit of one's own, and goes on", async () => {
    const breaks = () => ({
      admit: () => {
        throw new Error("no more");
      },
      waitMs: () => 0,
      settle: () => {},
      change: () => {},
      allowed: () => ({ requests: 1, tokens: 1 }),
      quotas: () => [],
    });
    const scenario = { name: "mine", story: "Mine.", durationMs: 60_000, server: { limit: breaks }, bounds: [] };
    const server = await start({ scenario });
    for (let times = 0; times < 2; times++) {
      const response = await ask(server);
      expect([response.status, await response.text()]).toEqual([
        500,
        expect.stringContaining("'breaks': admit threw Error: no more"),
      ]);
    }
    expect(server.state().settings).toMatchObject({ limit: "code of its own" });
  });

  it("knows the organisations of its clients by their names, and takes everybody else for the first", async () => {
    const workload = { kind: "saturated", waiting: 1 } as const;
    const scenario: Scenario = {
      name: "two",
      story: "Two.",
      durationMs: 60_000,
      server: { limit: { kind: "policer", requestsPerSecond: 1 } },
      clients: [
        { workload, organisation: "red" },
        { workload, organisation: "blue" },
      ],
      bounds: [],
    };
    const server = await start({ scenario });
    const statuses: number[] = [];
    for (const key of ["who", "blue", "red"]) statuses.push((await ask(server, "model", key)).status);
    expect(statuses).toEqual([200, 200, 429]);
  });

  it.each([
    [{ scenario: "s6" }, /unknown scenario 's6'; did you mean 's06-down-and-up'\?/],
    [{ scenario: "nothing-like-it" }, /unknown scenario 'nothing-like-it'/],
    [{ scenario: "s08" }, /scenario 's08' means 2: choose one of s08-together-grows, s08-together-tells/],
    [{ scenario: "./nothing.json" }, /nothing\.json: cannot be read: ENOENT/],
    [{ scenario: "s06", limit: { kind: "policer" } }, /^limit is what the scenario 's06-down-and-up' says itself/],
    [{ scenario: "s26", provider: "openai" }, /^provider is what the scenario .* 'anthropic'/],
    [{ speed: 2 }, /speed .* there is no scenario; got 2/],
    [{ scenario: "s06", speed: 0 }, /speed must be >=0\.01, got 0/],
    [{ scenario: { name: "x" } }, /scenario 'x': /],
    [{ port: 70_000 }, /port must be <=65535, got 70000/],
  ] as const)("can't be %j", async (options, message) => {
    await expect(startServer(options as ServerOptions)).rejects.toThrow(message);
  });
});
