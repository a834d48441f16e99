import type { Answer, Reply } from "./reply.js";

/** A reply in one piece, at once unless `more` says otherwise: JSON, or text as a file has it. */
export function plainReply(answer: Answer, more: Partial<Reply> = {}): Reply {
  const isText = "text" in answer;
  const headers = { "content-type": isText ? "application/octet-stream" : "application/json", ...more.headers };
  const body = isText ? answer.text : JSON.stringify(answer.json);
  return { status: answer.status, body, afterMs: 0, end: () => {}, ...more, headers };
}
