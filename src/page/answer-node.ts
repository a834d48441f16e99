import type { ServerResponse } from "node:http";
import type { Answer, Sink } from "./answer.js";

/** Answers a request over Node's `http`. */
export function answerNode({ status, headers, content }: Answer, response: ServerResponse): void {
  if (typeof content === "string") {
    const isBare = response.req.method === "HEAD";
    response.writeHead(status, { ...headers, "content-length": String(Buffer.byteLength(content)) });
    response.end(isBare ? undefined : content);
    return;
  }
  response.writeHead(status, headers);
  response.flushHeaders();
  const sink: Sink = {
    write: (text) => response.write(text),
    end: () => void response.end(),
    destroy: () => void response.destroy(),
  };
  const listener = content(sink);
  response.on("drain", () => listener.onDrain());
  response.once("close", () => listener.onClose());
}
