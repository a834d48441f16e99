import { createSluice } from "sluice";
import { runCore } from "./core/checks.mjs";
import { chat, chatAt } from "./core/kit.mjs";

export default {
  /** A request runs the checks, and is answered with the verdicts; or goes through the one gate of all. */
  async fetch(request, { GATE }) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/shared") return GATE.get(GATE.idFromName("the one")).fetch(request);
    const verdicts = [];
    const world = {
      origin: searchParams.get("origin"),
      deadOrigin: searchParams.get("deadOrigin"),
      carries: searchParams.get("carries") === "yes",
    };
    await runCore(world, (verdict) => verdicts.push(verdict));
    return Response.json(verdicts);
  },
};

/** Where one sluice lives for the requests of all. */
export class Gate {
  #sluice = createSluice();

  fetch(request) {
    return this.#sluice.fetch(chatAt(new URL(request.url).searchParams.get("origin")), chat("twenty"));
  }
}
