import { describe, expect, it } from "vitest";
import { createService, createVirtualClock } from "../../../simulations/index.js";

const model = "black-forest-labs/FLUX.1-schnell";

function draw(body: object): { status: number; json: unknown } {
  const service = createService({ limit: { kind: "policer" } }, createVirtualClock());
  const call = { method: "POST", path: "/v1/images/generations", organisation: "one", body: { model, ...body } };
  const { status, body: text } = service.answer(call);
  return { status, json: JSON.parse(String(text)) };
}

describe("simulated images", () => {
  it("are as many as were asked for, as addresses that can be fetched", async () => {
    const { status, json } = draw({ prompt: "A sluice gate.", n: 2 });
    expect(status).toBe(200);
    expect(json).toMatchObject({ object: "list", model, data: [{ index: 0 }, { index: 1, type: "url" }] });
    const [{ url }] = (json as { data: [{ url: string }] }).data;
    const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
    expect([...bytes.slice(1, 4)].map((byte) => String.fromCharCode(byte)).join("")).toBe("PNG");
  });

  it.each(["base64", "b64_json"])("or in %s", (format) => {
    const { json } = draw({ prompt: "A sluice gate.", response_format: format });
    expect(json).toMatchObject({ data: [{ type: "b64_json", b64_json: expect.stringMatching(/^iVBOR/) }] });
  });

  it.each([
    [{}, /'prompt'/],
    [{ prompt: "x", n: 5 }, /'n' must be an integer from 1 to 4/],
    [{ prompt: "x", response_format: "oil" }, /'response_format'/],
    [{ prompt: "x", model: "BAAI/bge-base-en-v1.5" }, /for embedding/],
  ])("say what is wrong with %j", (body, message) => {
    const { status, json } = draw(body);
    expect([status, json]).toMatchObject([400, { error: { message: expect.stringMatching(message) } }]);
  });
});
