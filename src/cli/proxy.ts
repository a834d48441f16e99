import { isLoopback } from "../adapter/dashboard/loopback.js";
import { isSluiceError } from "../errors.js";
import { messageOf } from "./batch/failure.js";
import { plural } from "./batch/words.js";
import { type Io, UsageError } from "./command.js";
import { interrupted } from "./interrupted.js";
import { type ProxyArgs, readProxyArgs } from "./proxy/args.js";
import { type RunningProxy, startProxy } from "./proxy/start.js";
import { complaints } from "./unreachable.js";
import { announce, recall, sayPage } from "./watch/announce.js";

/** One line for `sluice --help`. */
export const summary = "the same control for programs in any language: set base_url, and nothing else";

/** All of `sluice proxy --help`. */
export const help = `sluice proxy: ${summary}

Usage: sluice proxy --target URL [options]

The first line on stdout is its URL. What is asked of it is asked of the target, at the rate that the target allows just now:
requests wait for their moment, refused ones are tried again, answers are handed on as they come. A client that leaves is
forgotten at once. A target https://host/base/v1 is asked for /base/v1/models, whether a client asks for /models, /v1/models or
/base/v1/models; nothing outside of it is.

Where it listens, and for whom:
  --target URL         the API, such as https://api.together.xyz/v1
  --port N             TCP port; default 0, a free one
  --host ADDRESS       address to listen at; default 127.0.0.1. Any that others reach too needs a token
  --token-env NAME     environment variable with a token that clients must send in the header sluice-token. Without one the
                       proxy answers programs on this machine, and no web page
  --api-key-env NAME   environment variable with the target's key, sent in the place of whatever clients send

How it sends:
  --provider NAME      whose headers and errors the target speaks; default: found out
  --options FILE       JSON of options for createSluice, such as {"control": {"rateMax": 20}, "queue": {"waitMaxMs": 60000}}

What it takes:
  --body-max MB        longest body of a request; default 512. 413 beyond
  --memory-max MB      memory for all bodies that wait; default 256. Without room a body isn't read until there is some; one
                       longer than an eighth of it is sent on as it comes, once
  --header-max KB      longest head of a request; default 16. 431 beyond

  --pages PATH         where its own pages are; default /__sluice: PATH/healthz, PATH/metrics for Prometheus, PATH/state,
                       how every budget stands, by the fingerprint of the key, and PATH/live, a live page: what is allowed,
                       waits and was refused, and why; from it all can be held, let go on, and capped. 'sluice watch' opens
                       it; it is for this machine alone, with a token of its own
  --grace S            how long what is in flight may take after Ctrl-C; default 30. A second Ctrl-C stops at once
  --json               stdout has the first line as JSON, and at the end the state

A request may say of itself: sluice-priority (higher goes first; default 0), sluice-tenant (tenants share a key's rate fairly),
sluice-deadline-ms and sluice-wait-max-ms (longest time in all, and in the queue). These headers go no further.

Exit code: 2 wrong usage, 130 interrupted.
`;

/** Exit code after Ctrl-C. */
const INTERRUPTED = 130;

/** Runs `sluice proxy`; resolves with its exit code. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const args = await readProxyArgs(argv, io.env);
  const tell = (message: string): void => void io.stderr.write(`sluice proxy: ${message}\n`);
  const identity = [args.target.href, args.host, args.port, args.pages].join(" ");
  const past = await recall("proxy", identity, io);
  const proxy = await start(args, tell, past?.token);
  const { url, port, page } = proxy;
  io.stdout.write(`${args.json ? JSON.stringify({ url, port, page: page?.url }) : url}\n`);
  let retire = async (): Promise<void> => undefined;
  if (page !== undefined) {
    if (!args.json) io.stderr.write(`${sayPage(page, io)}\n`);
    retire = await announce({ kind: "proxy", title: args.target.host, identity, ...page }, io, tell);
  }
  await interrupted(io);
  const { open } = proxy.state();
  tell(open === 0 ? "stopping" : `stopping; ${plural(open, "request")} may end within ${args.graceMs / 1_000} s`);
  await proxy.stop(args.graceMs);
  await retire();
  if (args.json) io.stdout.write(`${JSON.stringify(proxy.state())}\n`);
  return INTERRUPTED;
}

async function start(args: ProxyArgs, tell: (message: string) => void, token?: string): Promise<RunningProxy> {
  const { host, port, target } = args;
  try {
    const proxy = await startProxy(args, complaints(tell), token);
    if (!isSelf(target, proxy)) return proxy;
    await proxy.stop(0);
    throw new UsageError(`--target ${target.origin} is this proxy itself`);
  } catch (error) {
    if (isSluiceError(error)) throw new UsageError(error.message);
    const isOfListening = error instanceof Error && "syscall" in error;
    throw isOfListening ? new UsageError(`--host ${host} --port ${port} can't be had: ${messageOf(error)}`) : error;
  }
}

/** A request would go round until there are no more sockets. */
function isSelf({ protocol, hostname, port }: URL, proxy: RunningProxy): boolean {
  const isHere = isLoopback(hostname) || hostname === new URL(proxy.url).hostname;
  return protocol === "http:" && isHere && Number(port || 80) === proxy.port;
}
