import { describe, expect, test } from "vitest";
import { Fingerprints, Identities, identityOf } from "../../src/adapter/identity.js";

const url = new URL("https://api.example.com/v1/chat?x=1");
const of = async (headers: Record<string, string>, address = url, fingerprints = new Fingerprints()) =>
  fingerprints.of(address, { header: (name) => headers[name] });

describe("Fingerprints", () => {
  test("tell credentials apart, and show nothing of them", async () => {
    const first = await of({ authorization: "Bearer sk-secret-one" });
    expect(first).toMatch(/^[0-9a-f]{12}$/);
    expect(await of({ authorization: "Bearer sk-secret-one" })).toBe(first);
    expect(await of({ authorization: "Bearer sk-secret-two" })).not.toBe(first);
    expect(await of({ "x-api-key": "sk-secret-one" })).not.toBe(first);
    expect(await of({ authorization: "Bearer sk-secret-one", "openai-project": "p" })).not.toBe(first);
  });

  test("there is none without a credential; one in the address counts", async () => {
    expect(await of({})).toBe("");
    const keyed = (key: string) => of({}, new URL(`https://generativelanguage.googleapis.com/v1beta/x?key=${key}`));
    expect(await keyed("a")).toMatch(/^[0-9a-f]{12}$/);
    expect(await keyed("a")).not.toBe(await keyed("b"));
  });

  test("a header that is signed anew for each request stays one credential", async () => {
    const signed = (signature: string) =>
      of({
        authorization: `AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/bedrock/aws4_request, Signature=${signature}`,
      });
    expect(await signed("a")).toBe(await signed("b"));
  });

  test("is known at once from the second time on, and a thousand strangers push it out", async () => {
    const fingerprints = new Fingerprints();
    const ask = (key: string) => fingerprints.of(url, { header: (name) => (name === "api-key" ? key : undefined) });
    const first = ask("mine");
    expect(first).toBeInstanceOf(Promise);
    expect(ask("mine")).toBe(first);
    expect(ask("mine")).toEqual(first);
    const known = await first;
    expect(ask("mine")).toBe(known);
    for (let stranger = 0; stranger < 1_000; stranger += 1) await ask(`stranger ${stranger}`);
    expect(ask("mine")).toBeInstanceOf(Promise);
  });
});

test("a key is made of origin, fingerprint and model", () => {
  expect(identityOf(url, "0123456789ab", "llama|3")).toBe("https://api.example.com|0123456789ab|llama|3");
  expect(identityOf(url, "", undefined)).toBe("https://api.example.com||");
});

test("a key is the same string again as long as nothing of it changes", () => {
  const identities = new Identities();
  const other = new URL("https://other.example.com/");
  for (const [address, fingerprint, model] of [
    [url, "a", "m"],
    [url, "a", "m"],
    [url, "b", "m"],
    [url, "b", undefined],
    [other, "b", undefined],
    [other, "", undefined],
  ] as const) {
    expect(identities.of(address, fingerprint, model)).toBe(identityOf(address, fingerprint, model));
  }
});
