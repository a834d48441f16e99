import { describe, expect, it } from "vitest";
import { complaintIn } from "../../../simulations/server/complaint.js";
import { errorAnswer } from "../../../simulations/server/errors.js";

const NOT_FOUND = errorAnswer(404, "no such model", { code: "model_not_available", param: "model" });
const BROKEN = errorAnswer(500, "internal error", { type: "server_error" });

describe("an error that isn't about limits", () => {
  it.each([
    ["anthropic", { type: "error", error: { type: "not_found_error", message: "no such model" } }],
    ["google", { error: { code: 404, message: "no such model", status: "NOT_FOUND" } }],
    ["cohere", { message: "no such model" }],
    [
      "mistral",
      {
        object: "error",
        message: "no such model",
        type: "invalid_request_error",
        param: "model",
        code: "model_not_available",
      },
    ],
  ])("is worded as %s does", (provider, json) => {
    expect(complaintIn(provider, NOT_FOUND)).toEqual({ status: 404, json });
  });

  it("is worded as OpenAI does by all others", () => {
    for (const provider of ["openai", "together", "groq", "toString"]) {
      expect(complaintIn(provider, NOT_FOUND)).toBe(NOT_FOUND);
    }
  });

  it("says whose fault it was", () => {
    expect(complaintIn("anthropic", BROKEN).json).toMatchObject({ error: { type: "api_error" } });
    expect(complaintIn("google", BROKEN).json).toMatchObject({ error: { status: "INTERNAL" } });
  });
});
