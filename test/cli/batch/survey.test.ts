import { describe, expect, it } from "vitest";
import { IdTable } from "../../../src/cli/batch/id-table.js";
import { noPast, type Past } from "../../../src/cli/batch/past.js";
import { readTasks, survey } from "../../../src/cli/batch/survey.js";

const line = (id: string, model = "m") =>
  JSON.stringify({ custom_id: id, url: "/v1/chat/completions", body: { model, messages: [] } });

function fileOf(...lines: readonly string[]): () => AsyncIterable<Uint8Array> {
  return async function* () {
    yield Buffer.from(lines.map((text) => `${text}\n`).join(""));
  };
}

function pastOf(ids: readonly string[], reported: readonly string[] = []): Past {
  const done = new IdTable();
  ids.forEach((id, index) => {
    done.claim(id, index + 1);
  });
  return { ...noPast(true), done, reported: new Set(reported) };
}

async function tasksOf(open: () => AsyncIterable<Uint8Array>, past: Past = noPast()) {
  const found = await survey(open, past);
  const tasks: string[] = [];
  for await (const task of readTasks(open, found, past)) {
    tasks.push(task.kind === "send" ? task.request.customId : `${task.problem.line}:${task.problem.code}`);
  }
  return { found, tasks };
}

describe("survey", () => {
  it("counts what there is to do for each model, empty lines aside", async () => {
    const { found, tasks } = await tasksOf(fileOf(line("a"), "", line("b", "n"), line("c"), "  "));
    expect([...found.models]).toEqual([
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
    const open = fileOf(line("a"), "{", line("b"), "[]");
    const { found, tasks } = await tasksOf(open, pastOf(["a", "z"], ["2:invalid_json"]));
    expect(tasks).toEqual(["b", "4:invalid_line"]);
    expect(found.models.get("m")).toEqual({ total: 2, done: 1 });
    expect(found.strangers).toBe(1);
  });

  it("sends a line that was broken once and is mended", async () => {
    expect((await tasksOf(fileOf(line("a")), pastOf([], ["1:invalid_json"]))).tasks).toEqual(["a"]);
  });
});
