import { OwnCodeError } from "../own-code.js";
import type { Order } from "./endpoint.js";
import { errorAnswer } from "./errors.js";
import { type Fault, type FaultKind, isRefusing } from "./fault.js";
import type { Admission } from "./limit.js";
import { plainReply } from "./plain-reply.js";
import type { Platform } from "./platform.js";
import { type ProxySpec, proxyWaitMs } from "./proxy.js";
import type { JsonAnswer, Reply } from "./reply.js";
import type { Speech } from "./speech.js";
import type { Voice } from "./voice.js";

/** What a server needs to carry requests to its limits and back. */
export interface ErrandParts {
  readonly platform: Platform;
  readonly speech: Speech;
  readonly voice: Voice;
  readonly proxy: ProxySpec | undefined;
  /** Milliseconds since the start, with everything carried out that was scheduled until then. */
  readonly present: () => number;
}

/** A request that was understood. */
export interface Errand {
  readonly order: Order;
  readonly organisation: string;
  /** How often a proxy has sent it again. Default 0. */
  readonly retry?: number;
}

const INTERNAL_ERROR = errorAnswer(500, "internal error", { type: "server_error" });
const GATEWAY_TIMEOUT = errorAnswer(504, "the upstream server is timing out", { type: "server_error" });

const BAD_GATEWAY = {
  headers: { "content-type": "text/html" },
  body: "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>",
};

/** Makes what carries a request to the limit, and says what is to be sent back when. */
export function createErrands({ platform, speech, voice, proxy, present }: ErrandParts): (errand: Errand) => Reply {
  /** What a limit of somebody's own did wrong: from then on nothing else is answered. */
  let ownError: string | undefined;

  function guarded<T>(run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof OwnCodeError)) throw error;
      ownError = error.message;
      return undefined;
    }
  }

  /** It arrives after a while; at once, where nothing is said of the way. */
  function onItsWay(afterMs: number, errand: Errand): Reply {
    if (afterMs === 0) return arrive(errand);
    return { status: 0, headers: {}, body: "", afterMs, end: () => {}, again: () => arrive(errand) };
  }

  function arrive(errand: Errand): Reply {
    const reply = ownError === undefined ? guarded(() => decided(errand)) : undefined;
    return reply ?? plainReply(voice.complaint(errorAnswer(500, ownError ?? "", { type: "server_error" })));
  }

  function decided(errand: Errand): Reply {
    const nowMs = present();
    const { model, work } = errand.order;
    const { organisation, retry = 0 } = errand;
    const arrival = { key: organisation, cost: { requests: 1, tokens: work.promptTokens } };
    const { admission, fault } = platform.decide(nowMs, model.id, arrival);
    if (admission !== undefined && (fault === undefined || !isRefusing(fault)))
      model.lanes.count(nowMs, organisation, admission.outcome);
    if (admission === undefined) return plainReply(brokenAnswer(fault?.kind), brokenForm(errand, fault?.kind));
    const said = { nowMs, model: model.id, arrival, admission, fault, leavesInMs: 0 };
    if (admission.outcome === "accepted") return accepted(errand, admission, fault, () => wordsOf(speech.facts(said)));
    const isOverloaded = admission.outcome === "overloaded";
    const afterMs = isOverloaded ? model.times.overloadMs() : model.times.refusalMs();
    const waitMs = proxyWaitMs(proxy, retry);
    if (waitMs !== undefined) return onItsWay(afterMs + waitMs, { ...errand, retry: retry + 1 });
    const { status, json, headers } = wordsOf(speech.facts(said));
    return plainReply({ status, json }, { headers, afterMs: afterMs + model.times.downlinkMs() });
  }

  function accepted(errand: Errand, admission: Admission, fault: Fault | undefined, words: () => Words): Reply {
    const { work, model } = errand.order;
    const end = endOf(errand);
    const queuedMs = admission.queuedMs ?? 0;
    if (admission.isTimedOut) return plainReply(voice.complaint(GATEWAY_TIMEOUT), { afterMs: queuedMs, end });
    const afterMs = queuedMs + model.times.headersMs() + model.times.downlinkMs();
    const bodyMs = model.times.bodyMs(work.answerTokens);
    const { headers } = words();
    if (fault?.kind === "never-answer")
      return {
        status: 0,
        headers,
        body: "",
        afterMs: fault.waitMs ?? Number.POSITIVE_INFINITY,
        end,
        fault: fault.kind,
      };
    const spoilt = fault === undefined ? {} : { fault: fault.kind };
    if (work.events === undefined) {
      return plainReply({ status: 200, json: work.whole() }, { headers, afterMs: afterMs + bodyMs, end, ...spoilt });
    }
    return {
      status: 200,
      headers: { "content-type": "text/event-stream", "cache-control": "no-cache", ...headers },
      afterMs,
      body: work.events(bodyMs / Math.max(1, work.answerTokens)),
      ...(work.failure !== undefined && { failure: work.failure }),
      end,
      ...spoilt,
    };
  }

  /** What is to be done once when an accepted one has ended, or was given up. */
  function endOf({ order: { model, work }, organisation }: Errand): () => void {
    let hasEnded = false;
    return () => {
      if (hasEnded) return;
      hasEnded = true;
      guarded(() => {
        const nowMs = present();
        model.lanes.end(nowMs, organisation);
        platform.settle(nowMs, model.id, { key: organisation, cost: { tokens: work.answerTokens } });
      });
    };
  }

  /** What fails elsewhere than at the limit. */
  function brokenAnswer(kind: FaultKind | undefined): JsonAnswer {
    if (kind === "status-502") return { status: 502, json: null };
    return kind === "exhausted" ? voice.exhausted() : voice.complaint(INTERNAL_ERROR);
  }

  function brokenForm({ order }: Errand, kind: FaultKind | undefined): Partial<Reply> {
    return { afterMs: order.model.times.refusalMs(), ...(kind === "status-502" && BAD_GATEWAY) };
  }

  return (errand) => onItsWay(errand.order.model.times.uplinkMs(present()), errand);
}

/** What is said over a wire, which dates a response itself when it leaves. */
interface Words extends JsonAnswer {
  readonly headers: Reply["headers"];
}

function wordsOf({ status, headers, body }: ReturnType<Speech["facts"]>): Words {
  const { date: _, ...others } = headers as Readonly<Record<string, string>>;
  return { status, json: body, headers: others };
}
