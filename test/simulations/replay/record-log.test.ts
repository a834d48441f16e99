import { describe, expect, it } from "vitest";
import { readLog } from "../../../simulations/replay/read-log.js";
import { recordLog } from "../../../simulations/replay/record-log.js";
import { createSluice } from "../../../src/index.js";

const SECRET = "hunter2";

describe("what is recorded", () => {
  it("has nothing of headers, bodies, queries or credentials", async () => {
    const lines: string[] = [];
    const answer = (): Response =>
      new Response(JSON.stringify({ error: { message: SECRET, type: "rate_limit" } }), {
        status: lines.length > 20 ? 200 : 429,
        headers: {
          "set-cookie": SECRET,
          "x-request-id": SECRET,
          "retry-after": "0",
          "content-type": "application/json",
        },
      });
    const options = { fetch: async () => answer(), control: { rateInitial: 1_000 } };
    const sluice = createSluice(options);
    recordLog(sluice, (line) => lines.push(line), { options });
    await sluice
      .fetch(`https://user:${SECRET}@api.example.com/${SECRET}?api_key=${SECRET}#${SECRET}`, {
        method: "POST",
        headers: { authorization: `Bearer ${SECRET}`, "x-secret": SECRET },
        body: JSON.stringify({ model: "m", prompt: SECRET }),
      })
      .then(
        (response) => response.text(),
        () => undefined,
      );
    await sluice.close();
    const text = lines.join("");
    expect(text).toContain('"type":"sent"');
    expect(text).toContain("https://api.example.com|");
    expect(text).not.toContain(SECRET);
    const log = await readLog(lines);
    expect(log.control).toEqual({ rateInitial: 1_000 });
  });

  it("isn't missed by the sluice when writing fails", async () => {
    const sluice = createSluice();
    let calls = 0;
    recordLog(sluice, () => {
      calls += 1;
      throw new Error("disk full");
    });
    await expect(sluice.schedule(async () => "done")).resolves.toBe("done");
    expect(calls).toBe(1);
  });

  it("ends when it is told to", async () => {
    const sluice = createSluice();
    const lines: string[] = [];
    const stop = recordLog(sluice, (line) => lines.push(line));
    stop();
    await sluice.schedule(async () => "done");
    expect(lines).toHaveLength(1);
  });
});
