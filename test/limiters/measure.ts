import { createSluice } from "../../src/sluice.js";
import { pace, saturate, type Try, watch } from "./client.js";
import { type Allowance, type Limiter, stretchOf } from "./limiter.js";

/** For how long a limiter is asked, and how much of that a client has to learn what it allows. */
export interface Span {
  readonly forMs: number;
  readonly learnMs: number;
}

/** What one client got of a limiter once it had had time to learn. */
export interface Figures {
  /** Accepted, as a share of what the limiter's configuration allows. */
  readonly goodput: number;
  readonly tries: number;
  readonly refused: number;
}

/** What came of one limiter. */
export interface Outcome {
  readonly sluice: Figures;
  /** The client that is told the rate, where one ran beside it. */
  readonly told?: Figures;
}

/** More than any limiter here lets in at once. */
const WAITING = 40;

/** Runs a sluice that knows nothing against a limiter; where that one is strict, a told client against another like it. */
export async function measure(limiter: Limiter, span: Span): Promise<Outcome> {
  const untold = measureSluice(limiter, span);
  if (limiter.isStrict !== true) return { sluice: await untold };
  const [sluice, told] = await Promise.all([untold, measureTold(limiter, span)]);
  return { sluice, told };
}

async function measureSluice(limiter: Limiter, span: Span): Promise<Figures> {
  const { url, close } = await limiter.start();
  const { fetch, tries } = watch();
  const sluice = createSluice({ fetch });
  await saturate(sluice, url, { forMs: span.forMs, waiting: WAITING });
  await sluice.close({ abort: true });
  await close();
  return figuresOf(tries, limiter.allows, span);
}

async function measureTold({ allows, start }: Limiter, span: Span): Promise<Figures> {
  const { url, close } = await start();
  const { fetch, tries } = watch();
  await pace(fetch, url, { forMs: span.forMs, ratePerSecond: allows.ratePerSecond });
  await close();
  return figuresOf(tries, allows, span);
}

function figuresOf(all: readonly Try[], allows: Allowance, { learnMs, forMs }: Span): Figures {
  const [fromMs, toMs] = stretchOf(allows, learnMs, forMs);
  const tries = all.filter(({ sentAtMs }) => sentAtMs >= fromMs && sentAtMs < toMs);
  const accepted = tries.filter(({ status }) => status === 200).length;
  const allowed = (allows.ratePerSecond * (toMs - fromMs)) / 1_000;
  return { goodput: accepted / allowed, tries: tries.length, refused: tries.length - accepted };
}
