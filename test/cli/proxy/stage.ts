import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Server as NetServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll } from "vitest";
import type { SluiceOptions } from "../../../src/index.js";
import { beginCommand } from "../command-line.js";

/** Options under which nothing waits. */
export const AT_ONCE: SluiceOptions = { control: { rateInitial: 1e6, burst: 1_000 } };

const toClose: (() => Promise<unknown>)[] = [];
let folder = "";
let files = 0;

/** Closes after each test what was opened in it. */
export function closeAfterEach(): void {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sluice-proxy-"));
  });
  afterEach(async () => {
    for (const close of toClose.splice(0).reverse()) await close();
  });
  afterAll(() => rm(folder, { recursive: true }));
}

/** A target of our own; resolves with its URL. */
export async function openTarget(handler: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await open(createServer(handler))}`;
}

/** Has a server listen until the test is over; resolves with its port. */
export async function open(server: Server | NetServer): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  toClose.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        for (const socket of sockets) socket.destroy();
      }),
  );
  return (server.address() as AddressInfo).port;
}

/** A proxy before a target, by its command line. */
export async function openProxy(
  target: string,
  {
    argv = [],
    env = {},
    options = AT_ONCE,
  }: { argv?: readonly string[]; env?: Record<string, string>; options?: SluiceOptions } = {},
) {
  files += 1;
  const file = join(folder, `options-${files}.json`);
  await writeFile(file, JSON.stringify(options));
  const command = beginCommand(["proxy", "--target", target, "--options", file, ...argv], env);
  const url = await Promise.race([
    command.firstLine,
    command.exit.then((code) => {
      throw new Error(`exit code ${code}: ${command.err()}`);
    }),
  ]);
  toClose.push(() => {
    command.interrupt();
    return command.exit;
  });
  const { port } = new URL(url);
  return { ...command, url, port: Number(port) };
}

/** What a server answers with JSON. */
export function answer(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
}

/** All of a request's body. */
export async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}

/** Sends text over a bare connection, and resolves with all that comes until it is closed. */
export function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let all = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(text, "latin1"));
    socket.setEncoding("latin1").on("data", (chunk) => {
      all += chunk;
    });
    socket.on("error", reject).on("close", () => resolve(all));
  });
}

/** Asks with a bare head, and a connection that ends with the answer. */
export function rawRequest(port: number, line: string, ...headers: string[]): Promise<string> {
  const all = [line, ...headers, ...(headers.some((each) => /^host:/i.test(each)) ? [] : ["host: localhost"])];
  return raw(port, `${all.join("\r\n")}\r\nconnection: close\r\n\r\n`);
}

/** The error in an answer's body, as SDKs read it. */
export function errorIn(answered: string): { message: string; type: string; code: string } {
  return JSON.parse(answered.slice(answered.indexOf("{"))).error;
}
