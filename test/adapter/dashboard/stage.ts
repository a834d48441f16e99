import { createServer, request as httpRequest, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";
import type { Message } from "../../../src/adapter/dashboard/message.js";
import type { Sink } from "../../../src/page/answer.js";

const closing: (() => Promise<unknown> | unknown)[] = [];

/** Runs after the test. */
export function later(task: () => Promise<unknown> | unknown): void {
  closing.push(task);
}

/** Closes after each test what it opened. */
export function closeAfterEach(): void {
  afterEach(async () => {
    for (const task of closing.splice(0).reverse()) await task();
  });
}

/** Serves on loopback. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  later(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Asks with any headers, such as `fetch` wouldn't send. */
export function ask(
  url: string,
  { method = "GET", headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<{ readonly status: number; readonly text: string; readonly headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** Messages in the text of a stream. */
export function messagesIn(text: string): readonly Message[] {
  return text
    .split("\n\n")
    .filter((part) => part.startsWith("data: "))
    .map((part) => JSON.parse(part.slice("data: ".length)) as Message);
}

/** A reader that takes what it is told to. */
export class ScriptedSink implements Sink {
  text = "";
  isOpen = true;
  takes = true;

  write(text: string): boolean {
    this.text += text;
    return this.takes;
  }

  end(): void {
    this.isOpen = false;
  }

  destroy(): void {
    this.isOpen = false;
  }

  get messages(): readonly Message[] {
    return messagesIn(this.text);
  }
}

/** Reads a stream's messages until one fits. `rest` reads on to its end. */
export async function readUntil(
  response: Response,
  fits: (message: Message) => boolean,
): Promise<{ readonly messages: readonly Message[]; leave(): Promise<void>; rest(): Promise<void> }> {
  const reader = response.body?.getReader();
  if (reader === undefined) throw new Error("no body");
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    text += decoder.decode(value, { stream: true });
    const messages = messagesIn(text);
    if (messages.some(fits)) {
      const rest = async (): Promise<void> => {
        while (!(await reader.read()).done);
      };
      return { messages, leave: () => reader.cancel(), rest };
    }
    if (done) throw new Error(`the stream ended: ${text.slice(0, 500)}`);
  }
}
