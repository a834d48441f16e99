import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { writeHash } from "../../../simulations/playground/hash.js";
import { openPage } from "../../../simulations/report/open-page.js";
import { readBuilt } from "../../page/assets.js";
import type { Io } from "../command.js";
import { interrupted } from "../interrupted.js";
import type { PlaygroundArgs } from "./playground-args.js";

const INTERRUPTED = 130;
const HEADERS = { "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "cache-control": "no-store" };

/** Serves the playground on loopback until Ctrl-C; resolves with the exit code. */
export async function servePlayground(
  { settings, isChosen, isOpened, isJson }: PlaygroundArgs,
  io: Io,
): Promise<number> {
  const server = await listen(answerWith(readBuilt("playground/index.html")));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/${isChosen ? `#${writeHash(settings)}` : ""}`;
  io.stdout.write(`${isJson ? JSON.stringify({ url }) : url}\n`);
  io.stderr.write("the playground, until Ctrl-C; it simulates in the browser and sends nothing\n");
  const trouble = isOpened ? await openPage(url) : undefined;
  if (trouble !== undefined) io.stderr.write(`${trouble}\n`);
  await interrupted(io);
  server.close();
  server.closeAllConnections();
  return INTERRUPTED;
}

function answerWith(page: string): RequestListener {
  return ({ method = "", url = "" }, response) => {
    const isRead = method === "GET" || method === "HEAD";
    if (!isRead) response.writeHead(405, { ...HEADERS, allow: "GET, HEAD" }).end();
    else if (!/^\/(index\.html)?(\?|$)/.test(url)) response.writeHead(404, HEADERS).end();
    else response.writeHead(200, { ...HEADERS, "content-type": "text/html; charset=utf-8" }).end(page);
  };
}

function listen(answer: RequestListener): Promise<Server> {
  const server = createServer(answer);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}
