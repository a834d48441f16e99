import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { capsOf } from "../../../../src/cli/batch/hosted/caps.js";
import { cut, endpointOf, type Piece } from "../../../../src/cli/batch/hosted/cut.js";
import { partPath, readPart } from "../../../../src/cli/batch/hosted/part-file.js";
import { Plan } from "../../../../src/cli/batch/hosted/plan.js";
import { IdTable } from "../../../../src/cli/batch/results/id-table.js";
import type { Lane, Server } from "../../../../src/cli/batch/servers.js";
import type { Task } from "../../../../src/cli/batch/survey.js";

const SERVER: Server = { baseUrl: new URL("https://api.invalid/v1") };
const laneOf = (model: string): Lane => ({ name: model, model, server: SERVER });
const lanes = new Map(["m", "n"].map((model) => [model, laneOf(model)]));

function task(customId: string, model = "m", path = "chat/completions"): Task & { kind: "send" } {
  const href = `https://api.invalid/v1/${path}`;
  const body = { model, messages: [{ role: "user", content: customId }] };
  const request = { line: 1, customId, form: "openai", url: `/v1/${path}`, model, body, href, headers: {} } as const;
  return { kind: "send", bytes: 100, request: { ...request, lane: lanes.get(model) ?? laneOf(model) } };
}

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-cut-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function* given(tasks: readonly Task[]): AsyncGenerator<Task> {
  yield* tasks;
}

const CAPS = { linesMax: 3, bytesMax: 10_000, batchesMax: 2 };

async function parts(tasks: readonly Task[], caps = CAPS) {
  const ids = new IdTable();
  const pieces: Piece[] = [];
  for await (const piece of cut(given(tasks), { folder, caps, ids })) pieces.push(piece);
  const plan = new Plan(() => caps);
  for (const each of tasks) if (each.kind === "send") plan.add(each.request);
  return { pieces, ids, planned: plan.batches(() => false) };
}

async function idsIn(piece: Piece | undefined): Promise<readonly string[]> {
  const ids: string[] = [];
  if (piece !== undefined && !("kind" in piece)) {
    for await (const { customId } of readPart(folder, piece.mark)) ids.push(customId);
  }
  return ids;
}

describe("cut", () => {
  it("fills parts of one model and one endpoint each, up to the cap", async () => {
    const tasks = [..."abcdefg"].map((id) => task(id, "m"));
    const { pieces, ids, planned } = await parts([...tasks, task("x", "n"), task("y", "n", "embeddings")]);
    expect(pieces).toMatchObject([
      { model: "m", requests: 3, endpoint: "/v1/chat/completions", server: "https://api.invalid" },
      { model: "m", requests: 3 },
      { model: "m", requests: 1 },
      { model: "n", requests: 1, endpoint: "/v1/chat/completions" },
      { model: "n", requests: 1, endpoint: "/v1/embeddings" },
    ]);
    expect(await idsIn(pieces[1])).toEqual(["d", "e", "f"]);
    expect(ids.markOf("a")).toBe("ordered");
    expect(planned).toBe(5);
  });

  it("keeps a file below its bytes, and lets one request alone be as long as it is", async () => {
    const tasks = ["a", "b", "c".repeat(400), "d"].map((id) => task(id));
    const { pieces, planned } = await parts(tasks, { ...CAPS, linesMax: 100, bytesMax: 400 });
    expect(await Promise.all(pieces.map(idsIn))).toEqual([["a", "b"], ["c".repeat(400)], ["d"]]);
    expect(planned).toBe(3);
  });

  it("gives ids that are too long for a batch others, and finds them again", async () => {
    const long = "folder/".repeat(12);
    const { pieces } = await parts([task(long), task("short")]);
    const [part] = pieces;
    if (part === undefined || "kind" in part) throw new Error("no part");
    const text = await readFile(partPath(folder, part.mark), "utf8");
    const hosted = text
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { custom_id: string }).custom_id);
    expect(hosted).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), "short"]);
    expect(await idsIn(part)).toEqual([long, "short"]);
  });

  it("hands lines on that can't be sent, and leaves nothing of what nobody asks for any more", async () => {
    const problem = { line: 2, customId: null, code: "invalid_json", message: "line 2: not JSON" } as const;
    const tasks: Task[] = [task("a"), { kind: "problem", bytes: 1, problem }, task("b")];
    const pieces = cut(given(tasks), { folder, caps: CAPS, ids: new IdTable() });
    expect((await pieces.next()).value).toMatchObject({ kind: "problem", problem });
    await pieces.return(undefined);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("endpointOf", () => {
  it.each([
    ["https://api.invalid/v1/chat/completions", "/v1/chat/completions"],
    ["https://api.invalid/openai/v1/embeddings", "/v1/embeddings"],
    ["https://api.invalid/chat", "/chat"],
  ])("of %s is %s", (href, endpoint) => expect(endpointOf(href)).toBe(endpoint));
});

describe("capsOf", () => {
  const together: Server = { baseUrl: new URL("https://api.together.xyz/v1") };

  it("are those of the guides at Together, and OpenAI's elsewhere", () => {
    expect(capsOf(together, {}, {})).toEqual({ linesMax: 100, bytesMax: 100e6, batchesMax: 10 });
    expect(capsOf(SERVER, { provider: "together" }, {})).toMatchObject({ linesMax: 100 });
    expect(capsOf(SERVER, {}, {})).toMatchObject({ linesMax: 50_000, bytesMax: 200e6 });
  });

  it("are what the user says, where he says something", () => {
    expect(capsOf(together, {}, { linesMax: 50_000 })).toMatchObject({ linesMax: 50_000, batchesMax: 10 });
  });
});
