import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, test } from "vitest";
import { Ambient } from "../../src/adapter/context.js";
import { createFetch } from "../../src/adapter/fetch.js";
import { createSchedule } from "../../src/adapter/schedule.js";
import { completeOptions } from "../../src/complete.js";
import { ScriptedSubmitter } from "./submitter.js";

/** A fetch that answers with these statuses, one after the other; a 200 tells its usage. */
function answering(...statuses: number[]): typeof globalThis.fetch {
  return async () => {
    const status = statuses.shift() ?? 200;
    const body = JSON.stringify(
      status === 200 ? { usage: { prompt_tokens: 4, completion_tokens: 2 } } : { error: "no" },
    );
    return new Response(body, { status, headers: { "content-type": "application/json" } });
  };
}

function setUp(below: typeof globalThis.fetch, attemptsMax = 3) {
  const submitter = new ScriptedSubmitter();
  submitter.attemptsMax = attemptsMax;
  const parts = { submitter, options: completeOptions({ fetch: below }), ambient: new Ambient() };
  return { submitter, ambient: parts.ambient, schedule: createSchedule(parts), fetch: createFetch(parts) };
}

const url = "https://api.example.com/v1/chat/completions";

describe("a governed fetch inside a task", () => {
  test("takes no second permit, and its response is the task's", async () => {
    const { submitter, schedule, fetch } = setUp(answering(200));
    const result = await schedule(async () => {
      await Promise.resolve();
      return (await fetch(url)).json();
    });
    expect(result).toHaveProperty("usage");
    expect(submitter.jobs).toHaveLength(1);
    expect(submitter.told).toMatchObject([{ responded: { status: 200 }, actual: { inputTokens: 4, outputTokens: 2 } }]);
  });

  test("what it spent is the task's, though the task hands on something else", async () => {
    const { submitter, schedule, fetch } = setUp(answering(200));
    await schedule(async () => {
      await (await fetch(url)).json();
      return "my own words";
    });
    expect(submitter.told).toMatchObject([{ actual: { inputTokens: 4, outputTokens: 2 } }]);
  });

  test("a refusal inside ends the try, and the task is tried again", async () => {
    const { submitter, schedule, fetch } = setUp(answering(429, 200));
    const status = await schedule(async () => {
      const response = await fetch(url);
      if (!response.ok) throw new Error(`refused, ${response.headers.get("x-should-retry")}`);
      return response.status;
    });
    expect(status).toBe(200);
    expect(submitter.told.map(({ responded }) => responded?.status)).toEqual([429, 200]);
    expect(submitter.told[0]?.responded?.body).toBe('{"error":"no"}');
  });

  test("a value that the task made in spite of a refusal stands, and the refusal teaches", async () => {
    const { submitter, schedule, fetch } = setUp(answering(429));
    expect(await schedule(async () => ((await fetch(url)).ok ? "theirs" : "mine"))).toBe("mine");
    expect(submitter.told.map(({ responded }) => responded?.status)).toEqual([429]);
  });

  test("a task that fails after it was let in is not tried again, and was let in", async () => {
    const { submitter, schedule, fetch } = setUp(answering(200));
    const task = async () => {
      await fetch(url);
      throw new Error("can't read this");
    };
    await expect(schedule(task)).rejects.toThrow("can't read this");
    expect(submitter.told).toMatchObject([{ responded: { status: 200 }, finished: 1 }]);
  });

  test("an error event in a body inside teaches, and the task isn't tried again", async () => {
    const event = 'event: error\ndata: {"error":{"type":"overloaded_error"}}\n\n';
    const below = async () => new Response(event, { headers: { "content-type": "text/event-stream" } });
    const { submitter, schedule, fetch } = setUp(below);
    const task = async () => {
      throw new Error(await (await fetch(url)).text());
    };
    await expect(schedule(task)).rejects.toThrow("overloaded_error");
    expect(submitter.told).toMatchObject([{ responded: { status: 200 }, corrected: { body: expect.any(String) } }]);
  });

  test("a fetch of another sluice takes its own permit", async () => {
    const { submitter, schedule } = setUp(answering(200));
    const other = setUp(answering(200));
    await schedule(() => other.fetch(url));
    expect([submitter.jobs.length, other.submitter.jobs.length]).toEqual([1, 1]);
  });
});

test("a request that is sent later is sent in its caller's asynchronous context", async () => {
  const traces = new AsyncLocalStorage<string>();
  const seen: unknown[] = [];
  const { submitter, fetch } = setUp(async () => {
    seen.push(traces.getStore());
    return new Response();
  });
  submitter.holds = true;
  const both = ["a", "b"].map((trace) => traces.run(trace, () => fetch(url)));
  while (submitter.jobs.length < 2) await Promise.resolve();
  submitter.release();
  await Promise.all(both);
  expect(seen).toEqual(["a", "b"]);
});

test("a task that starts later runs in its caller's asynchronous context, and in none where it had none", async () => {
  const traces = new AsyncLocalStorage<string>();
  const { submitter, schedule } = setUp(answering());
  submitter.holds = true;
  const task = async () => {
    await Promise.resolve();
    return traces.getStore();
  };
  const all = [traces.run("a", () => schedule(task)), schedule(task), traces.run("b", () => schedule(task))];
  traces.run("a stranger", () => submitter.release());
  expect(await Promise.all(all)).toEqual(["a", undefined, "b"]);
});

describe("with", () => {
  test("gives its options to all that is called inside, however deep; own ones win, inner ones too", async () => {
    const { submitter, ambient, schedule, fetch } = setUp(answering());
    await ambient.with({ key: "outer", tenant: "t", priority: 1 }, async () => {
      await Promise.resolve();
      await fetch(url);
      await schedule(async () => 1, { priority: 5 });
      await ambient.with({ key: "inner" }, () => schedule(async () => 1));
    });
    await schedule(async () => 1);
    expect(submitter.jobs).toMatchObject([
      { key: "outer", tenant: "t", priority: 1 },
      { key: "outer", tenant: "t", priority: 5 },
      { key: "inner", tenant: "t", priority: 1 },
      { key: "default", tenant: undefined, priority: 0 },
    ]);
  });

  test("a task that is started later still has the options of its surroundings", async () => {
    const { submitter, ambient, schedule } = setUp(answering());
    submitter.holds = true;
    const inside = ambient.with({ tenant: "t" }, () => schedule(async () => ambient.current().options?.tenant));
    submitter.release();
    expect(await inside).toBe("t");
  });

  test("says so where there is no AsyncLocalStorage", () => {
    const { getBuiltinModule } = process;
    process.getBuiltinModule = undefined as never;
    try {
      const ambient = new Ambient();
      expect(() => ambient.with({}, () => 1)).toThrow("AsyncLocalStorage");
      expect(
        ambient.runTask({ options: undefined, witness: undefined }, (word) => `runs ${word}`, "all the same"),
      ).toBe("runs all the same");
    } finally {
      process.getBuiltinModule = getBuiltinModule;
    }
  });
});
