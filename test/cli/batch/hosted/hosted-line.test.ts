import { describe, expect, it } from "vitest";
import { parseHostedLine } from "../../../../src/cli/batch/hosted/hosted-line.js";

describe("parseHostedLine", () => {
  it("reads an answer, and keeps its body as it came", () => {
    const body = '{"id": 12345678901234567890, "text": "a \\" } , b", "usage": {"total_tokens": 7}}';
    const line = `{"id":"r1","custom_id":"a","response":{"status_code":200,"request_id":"req","body":${body} },"error":null}`;
    expect(parseHostedLine(line)).toEqual({
      hostedId: "a",
      result: { answer: { status: 200, requestId: "req", text: body, isJson: true, tokens: 7 }, error: null },
    });
  });

  it.each([
    ['{"custom_id":"a","response":null,"error":{"code":"batch_expired","message":"late"}}', "batch_expired", "late"],
    ['{"custom_id":"a","error":{"message":"too long"}}', "batch_error", "too long"],
    ['{"custom_id":"a","error":"too long"}', "batch_error", "too long"],
  ])("reads the error of %s", (line, code, message) => {
    expect(parseHostedLine(line)).toEqual({ hostedId: "a", result: { answer: null, error: { code, message } } });
  });

  it("keeps a refusal's status, and a body that is no JSON", () => {
    const line = '{"custom_id":"a","response":{"status_code":502,"body":"<html>"}}';
    expect(parseHostedLine(line)?.result.answer).toEqual({
      ...{ status: 502, requestId: null, text: "<html>", isJson: false },
    });
  });

  it.each(["", "{", "[]", "null", '{"custom_id":7}', '{"custom_id":"a"}', '{"custom_id":"a","response":{"body":{}}}'])(
    "takes %j for no result",
    (line) => expect(parseHostedLine(line)).toBeUndefined(),
  );
});
