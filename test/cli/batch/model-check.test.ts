import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { checkModels } from "../../../src/cli/batch/model-check.js";
import type { Survey } from "../../../src/cli/batch/survey.js";

let server: Server | undefined;
afterEach(() => server?.close());

async function check(models: readonly string[], status: number, body: unknown) {
  const seen: (string | undefined)[] = [];
  server = createServer((request, response) => {
    seen.push(request.url, request.headers.authorization);
    response.writeHead(status, { connection: "close" }).end(typeof body === "string" ? body : JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const baseUrl = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`);
  const at = { baseUrl, apiKey: "k" };
  const rows = models.map((model) => {
    return [
      model,
      { lane: { name: model, model, server: at }, line: 1, total: 2, done: model === "done" ? 2 : 0 },
    ] as const;
  });
  const found: Survey = {
    models: new Map(rows),
    ...{ problems: [], problemCount: 0, doneBefore: 0 },
    ...{ failedBefore: 0, underWay: 0, strangers: 0 },
  };
  return { seen, host: baseUrl.host, ...(await checkModels(found, new AbortController().signal)) };
}

describe("checkModels", () => {
  it("finds the models that a server doesn't have, with the name that was likely meant", async () => {
    const { unknown, notices, seen, host } = await check(["llama", "lama", "gpt", "done"], 200, {
      data: [{ id: "llama" }, { id: "qwen" }],
    });
    expect([...unknown]).toEqual([
      ["lama", `${host} has no model "lama" among its 2; did you mean "llama"?`],
      ["gpt", `${host} has no model "gpt" among its 2`],
    ]);
    expect([notices, seen]).toEqual([[], ["/v1/models", "Bearer k"]]);
  });

  it.each([
    ["Together's bare list", [{ id: "m" }], ["m"]],
    ["a variant of a listed model", { data: [{ id: "m" }] }, ["m:free"]],
    ["a listed tag", { data: [{ id: "m:latest" }] }, ["m"]],
    ["a listed prefix", { data: [{ id: "models/m" }] }, ["m"]],
  ])("knows a model by %s", async (_, body, models) => {
    expect((await check(models, 200, body)).unknown.size).toBe(0);
  });

  it.each([
    [404, {}, /can't be checked: GET \/v1\/models answers 404/],
    [401, {}, /answers 401/],
    [200, { data: [{ id: "x" }], has_more: true }, /no whole list/],
    [200, { data: [] }, /no whole list/],
    [200, "null", /no whole list/],
    [200, "<html>", /not valid JSON/],
  ])("leaves it at a notice where the server says %d %j", async (status, body, notice) => {
    const { unknown, notices } = await check(["m"], status, body);
    expect([unknown.size, notices]).toEqual([0, [expect.stringMatching(notice)]]);
  });

  it("leaves it at a notice where nobody answers, and asks nobody where there is nothing to send", async () => {
    const lane = { name: "m", model: "m", server: { baseUrl: new URL("http://127.0.0.1:1") } };
    const found = (done: number): Survey => ({
      ...{ models: new Map([["m", { lane, line: 1, total: 1, done }]]), problems: [], problemCount: 0 },
      ...{ doneBefore: 0, failedBefore: 0, underWay: 0, strangers: 0 },
    });
    const { signal } = new AbortController();
    expect((await checkModels(found(0), signal)).notices).toEqual([
      expect.stringMatching(/^the models of 127.0.0.1:1 can't be checked: fetch failed/),
    ]);
    expect((await checkModels(found(1), signal)).notices).toEqual([]);
  });
});
