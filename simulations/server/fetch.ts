import type { Clock } from "../../src/clock.js";
import { isForm, readForm } from "./body.js";
import { brokenBy } from "./broken.js";
import { credentialOf } from "./credential.js";
import type { Reply, StreamEvent } from "./reply.js";
import type { Service } from "./service.js";

/**
 * A `fetch` whose other end is a simulated API, without a wire: answers take the time of `clock`, real or virtual. The
 * request arrives when `fetch` is called if its body is a text, and a turn of the event loop later if not.
 */
export function createServiceFetch(service: Service, clock: Clock): typeof globalThis.fetch {
  return async (input, init) => {
    const isRequest = typeof input === "object" && "url" in input;
    const url = new URL(isRequest ? input.url : input);
    const signal = init?.signal ?? (isRequest ? input.signal : undefined);
    const body = typeof init?.body === "string" ? parsed(init.body) : await bodyOf(new Request(input, init));
    const headers = new Headers(init?.headers ?? (isRequest ? input.headers : undefined));
    const credential = credentialOf((name) => headers.get(name), url.searchParams);
    signal?.throwIfAborted();
    const reply = service.answer({
      method: init?.method ?? (isRequest ? input.method : "GET"),
      path: url.pathname,
      organisation: service.organisationOf(credential),
      body,
    });
    return respond(clock, reply, signal ?? undefined);
  };
}

async function bodyOf(request: Request): Promise<unknown> {
  if (!isForm(request.headers.get("content-type"))) return parsed(await request.text());
  const read = await readForm(request);
  return "value" in read ? read.value : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function respond(clock: Clock, first: Reply, signal: AbortSignal | undefined): Promise<Response> {
  return new Promise((resolve, reject) => {
    let reply = first;
    let cancel = (): void => {};
    const onAbort = (): void => {
      cancel();
      reply.end();
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    carryOut();

    function carryOut(): void {
      const { again, afterMs } = reply;
      if (afterMs === Number.POSITIVE_INFINITY) return;
      cancel = clock.after(afterMs, again === undefined ? send : () => arrive(again));
    }

    function arrive(again: () => Reply): void {
      reply = again();
      carryOut();
    }

    function send(): void {
      signal?.removeEventListener("abort", onAbort);
      const { status, body, fault, end } = reply;
      if (fault === "close-early" || fault === "never-answer") {
        end();
        reject(new TypeError("fetch failed", { cause: new Error("other side closed") }));
        return;
      }
      const headers = { date: new Date(clock.wallNow()).toUTCString(), ...reply.headers };
      if (typeof body === "string" && fault !== "close-mid-body") {
        end();
        resolve(new Response(body, { status, headers }));
        return;
      }
      const { events, closes } = brokenBy(reply);
      resolve(new Response(streamOf(clock, events, { closes, end, signal }), { status, headers }));
    }
  });
}

/** The body as it comes in, event after event, until it ends, breaks off, or nobody wants it any more. */
function streamOf(
  clock: Clock,
  events: readonly StreamEvent[],
  { closes, end, signal }: { closes: boolean; end: () => void; signal: AbortSignal | undefined },
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let cancel = (): void => {};
  let onAbort = (): void => {};
  const stop = (): void => {
    cancel();
    signal?.removeEventListener("abort", onAbort);
    end();
  };
  return new ReadableStream<Uint8Array>({
    start(controller) {
      onAbort = () => {
        stop();
        controller.error(signal?.reason);
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      const sendFrom = (index: number): void => {
        const event = events[index];
        if (event === undefined) {
          stop();
          if (closes) controller.error(new TypeError("terminated", { cause: new Error("other side closed") }));
          else controller.close();
          return;
        }
        cancel = clock.after(event.afterMs, () => {
          controller.enqueue(encoder.encode(event.data));
          sendFrom(index + 1);
        });
      };
      sendFrom(0);
    },
    cancel: stop,
  });
}
