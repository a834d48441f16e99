import { describe, expect, it } from "vitest";
import { queuesOf } from "../../../src/cli/batch/live/queues.js";
import { lineRequests } from "../../../src/cli/batch/requests/requests.js";
import { noPast, type Past, problemId } from "../../../src/cli/batch/results/past.js";
import { Router } from "../../../src/cli/batch/servers.js";
import { readTasks, type SurveyOptions, survey, withoutModels } from "../../../src/cli/batch/survey.js";

const line = (id: string, model = "m") =>
  JSON.stringify({ custom_id: id, url: "/v1/chat/completions", body: { model, messages: [] } });

function fileOf(...lines: readonly string[]) {
  const router = new Router([{ baseUrl: new URL("http://server.invalid") }]);
  return lineRequests(async function* () {
    yield Buffer.from(lines.map((text) => `${text}\n`).join(""));
  }, router);
}

function pastOf(answered: readonly string[], failed: readonly string[] = [], problems: readonly string[] = []): Past {
  const past = noPast();
  for (const id of answered) past.ids.remember(id, "answered");
  for (const id of [...failed, ...problems]) past.ids.remember(id, "failed");
  return { ...past, done: answered.length + failed.length, failed: failed.length };
}

async function tasksOf(file: ReturnType<typeof fileOf>, past: Past = noPast(), options: SurveyOptions = {}) {
  const found = await survey(file, past, options);
  const tasks: string[] = [];
  for await (const task of readTasks(file, past, options)) {
    tasks.push(task.kind === "send" ? task.request.customId : `${task.problem.line}:${task.problem.code}`);
  }
  return { found, tasks };
}

describe("survey", () => {
  it("counts what there is to do for each model, empty lines aside", async () => {
    const { found, tasks } = await tasksOf(fileOf(line("a"), "", line("b", "n"), line("c"), "  "));
    expect([...found.models]).toMatchObject([
      ["m", { total: 2, done: 0 }],
      ["n", { total: 1, done: 0 }],
    ]);
    expect(tasks).toEqual(["a", "b", "c"]);
  });

  it("finds every broken line and every repeated id, and loses nothing beside them", async () => {
    const { found, tasks } = await tasksOf(
      fileOf(line("a"), "{", line("b"), line("a"), line("c", ""), line("d"), line("b")),
    );
    expect(found.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^line 2: not JSON/),
      'line 4: custom_id "a" is already that of line 1',
      'line 5: body.model must name a model, got ""',
      'line 7: custom_id "b" is already that of line 3',
    ]);
    expect(tasks).toEqual([
      "a",
      "2:invalid_json",
      "b",
      "4:duplicate_custom_id",
      "5:missing_model",
      "d",
      "7:duplicate_custom_id",
    ]);
  });

  it("lists the first problems only, and counts them all", async () => {
    const { found } = await tasksOf(fileOf(...Array.from({ length: 30 }, () => "{")));
    expect(found.problems).toHaveLength(10);
    expect(found.problemCount).toBe(30);
  });

  it("skips what earlier runs have done, and what they have told", async () => {
    const file = fileOf(line("a"), "{", line("b"), "[]", line("c"));
    const past = pastOf(["a", "z"], ["c"], [problemId({ line: 2, code: "invalid_json", customId: null })]);
    const { found, tasks } = await tasksOf(file, past);
    expect(tasks).toEqual(["b", "4:invalid_line"]);
    expect(found.models.get("m")).toMatchObject({ total: 3, done: 2 });
    expect(found).toMatchObject({ strangers: 1, doneBefore: 2, failedBefore: 1 });
  });

  it("takes what failed for not sent, where it is told to", async () => {
    const past = pastOf(["a"], ["c"], [problemId({ line: 2, code: "invalid_json", customId: null })]);
    const { found, tasks } = await tasksOf(fileOf(line("a"), "{", line("c")), past, { retryFailed: true });
    expect(tasks).toEqual(["2:invalid_json", "c"]);
    expect(found).toMatchObject({ strangers: 0, doneBefore: 1, failedBefore: 0 });
  });

  it("sends a line that was broken once and is mended", async () => {
    const past = pastOf([], [], [problemId({ line: 1, code: "invalid_json", customId: null })]);
    expect((await tasksOf(fileOf(line("a")), past)).tasks).toEqual(["a"]);
  });

  it("leaves to the next run what has come since the first look", async () => {
    const past = noPast();
    await survey(fileOf(line("a")), past);
    const tasks: unknown[] = [];
    for await (const task of readTasks(fileOf(line("a"), line("b")), past)) tasks.push(task);
    expect(tasks).toHaveLength(1);
  });

  it("takes requests for models that aren't there for broken lines, but for those that have their results", async () => {
    const file = fileOf(line("a"), line("b", "n"), line("c", "n"), line("d", "n"));
    const past = pastOf(["d"]);
    const unknown = new Map([["n", "no model n"]]);
    const all = await survey(file, past);
    expect(withoutModels(all, new Map())).toEqual(all);
    const found = withoutModels(all, unknown);
    expect(found.problemCount).toBe(2);
    expect(found.problems.map(({ message }) => message)).toEqual(["line 2: no model n (and 1 more)"]);
    expect([...found.models].map(([name, { total, done }]) => [name, total, done])).toEqual([
      ["m", 1, 0],
      ["n", 1, 1],
    ]);
    const tasks: unknown[] = [];
    for await (const task of readTasks(file, past, { unknown })) {
      tasks.push(task.kind === "send" ? task.request.customId : task.problem.message);
    }
    expect(tasks).toEqual(["a", "line 2: no model n", "line 3: no model n"]);
  });
});

describe("queuesOf", () => {
  it("gives each model a queue, so that none waits for another's requests, and tells problems once", async () => {
    const file = fileOf(line("a"), "{", line("b", "n"), line("c"), line("d", "o"));
    const past = pastOf(["d"]);
    const found = await survey(file, past);
    const read = async (ordered: boolean) =>
      Promise.all(
        queuesOf(file, past, found, { ordered }).map(async (queue) => {
          const tasks: string[] = [];
          for await (const task of queue) tasks.push(task.kind === "send" ? task.request.customId : task.problem.code);
          return tasks;
        }),
      );
    expect(await read(false)).toEqual([["a", "invalid_json", "c"], ["b"]]);
    expect(await read(true)).toEqual([["a", "invalid_json", "b", "c"]]);
  });
});
