import { monitorEventLoopDelay } from "node:perf_hooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expressLimiters, flexibleLimiters } from "./express.js";
import { fastifyLimiters } from "./fastify.js";
import { haproxyLimiters } from "./haproxy.js";
import { honoLimiters } from "./hono.js";
import { Absent, type Limiter } from "./limiter.js";
import { type Figures, measure, type Outcome } from "./measure.js";
import { nginxLimiters } from "./nginx.js";

/**
 * Limiters that others wrote, as they are installed, with nobody told what they allow. Those of each group run side by side
 * for a minute: each is asked 15 times a second, which leaves the machine idle most of the time.
 */
const groups: readonly (readonly Limiter[])[] = [
  [...nginxLimiters, ...haproxyLimiters],
  [...expressLimiters, ...fastifyLimiters, ...honoLimiters, ...flexibleLimiters],
];
const SPAN = { forMs: 60_000, learnMs: 25_000 };

interface Bounds {
  /** Accepted, as a share of what the configuration allows. */
  readonly goodput: number;
  /** Refused, as a share of all tries. */
  readonly refused: number;
}
const HONEST: Bounds = { goodput: 0.95, refused: 0.002 };
const SILENT: Bounds = { goodput: 0.95, refused: 0.02 };
/** So few say nothing about a share. */
const REFUSED_TRIES = 2;
/** Who is told a rate beside which no burst is let in pays for the network's jitter: of that one's goodput and refusals. */
const OF_TOLD = { goodput: 0.9, refused: 0.1 };

/**
 * Where a hundredth of all timers is later than this, in milliseconds, others have the machine, and the servers, which run on it
 * too, aren't what they are: then only a failure of another order shows.
 */
const LATE_MS = 10;
const WHEN_LATE = { goodput: 0.4, refused: 5 };

/**
 * Where those can't be had, and why.
 *
 * A second's window carries nothing over, and what isn't sent in it is lost. From a cut to 0.8 of the limit the law returns to
 * 0.975 of it in 12 s, stays there for 3, and is through it after 4 more: the mean of that is 0.940 of the limit, where a bucket
 * would make the rest good out of what it saved up meanwhile.
 *
 * Ten seconds' window that slides answers for the last ten seconds and not for the rate: who doesn't know its length looks for
 * more once an epoch is over, sees only seconds later that the look went too far, and what is refused then counts too. In
 * virtual time (15 a second, refused ones in the log, five minutes of which the first is for learning, six seeds) the clairvoyant
 * has 1.00, and this law 0.82 at 1.2 % refused (0.80 over ten seeds); over windows of 1, 2 and 5 s 0.94, 0.95 and 0.88 (ten seeds). Of
 * the epochs 15, 30 and 60 s with cuts to 0.8, 0.9 and 0.95, and 15 and 30 s with 0.5 and 0.7, the best has 0.92 (30 s and 0.7),
 * the worst 0.69; AIMD 0.82. Of seven that others use the best has 0.94, with 9 % refused, and the next 0.69 (four seeds): none of
 * all these has 0.95 without being told.
 *
 * A bare 503 may be the server's own affair: five or six have to fail until that is less likely than e^6 to 1, once in each of
 * the two looks for room that 35 s may hold. In the long run it is 1.2 % (15 a second, 300 s).
 *
 * Five seconds' window told in whole seconds: what its end is uncertain by is a tenth of it. Two tries find that out, and a late
 * timer adds one or two. In virtual time, without late timers, the same minute gives 0.956 at 0.47 % refused, and five of them 0.976
 * at 0.14 %; windows of 10 and 60 s, in which that second is less, 0.989 and 0.998 (six seeds).
 */
const EXCEPTIONS: Readonly<Record<string, Partial<Bounds>>> = {
  "HAProxy, http_req_rate(1s) gt 15": { goodput: 0.92 },
  "HAProxy, http_req_rate(10s) gt 150": { goodput: 0.75 },
  "rate-limiter-flexible, bare 429": { goodput: 0.9 },
  "nginx, burst=10 nodelay, 503": { refused: 0.035 },
  "nginx, burst=10, 503": { refused: 0.035 },
  "nginx, burst=20 delay=8, 503": { refused: 0.035 },
  "@fastify/rate-limit, its headers": { goodput: 0.92, refused: 0.008 },
  "@fastify/rate-limit, enableDraftSpec": { goodput: 0.92, refused: 0.008 },
};

const outcomes = new Map<Limiter, Outcome | Absent>();
const lag = monitorEventLoopDelay({ resolution: 1 });
beforeAll(async () => {
  lag.enable();
  for (const group of groups) {
    await Promise.all(group.map(async (limiter) => outcomes.set(limiter, await measure(limiter, SPAN).catch(absence))));
  }
  lag.disable();
}, 3 * SPAN.forMs);
afterAll(() => {
  const lines = [...outcomes].flatMap(([{ name }, outcome]) =>
    outcome instanceof Absent ? [] : lineOf(name, outcome),
  );
  const late = [50, 99].map((percent) => (lag.percentile(percent) / 1e6).toFixed(1));
  console.log(`${lines.join("\n")}\nthis machine's timers were ${late.join(" ms late, one in a hundred ")} ms`);
  if (isLate()) console.error(`OTHERS HAVE THIS MACHINE: goodput is held to ${WHEN_LATE.goodput} of its bounds`);
  const left = [...outcomes].flatMap(([{ name }, outcome]) =>
    outcome instanceof Absent ? `${name}: ${outcome.message}` : [],
  );
  if (left.length > 0) console.error(`LEFT OUT, AND NOT TESTED, on this machine:\n${left.join("\n")}`);
});

/** Without what it needs a limiter is left out; where everything must be there, that fails. */
function absence(error: unknown): Absent {
  if (error instanceof Absent && process.env["CI"] === undefined) return error;
  throw error;
}

describe("a limit that nobody tells", () => {
  for (const limiter of groups.flat()) {
    it(limiter.name, ({ skip }) => {
      const outcome = outcomes.get(limiter);
      if (outcome instanceof Absent) return skip(outcome.message);
      const { sluice, told } = outcome ?? expect.fail("it wasn't measured");
      const bounds = boundsOf(limiter, told);
      expect(sluice.goodput).toBeGreaterThanOrEqual(bounds.goodput);
      const tries = isLate() ? WHEN_LATE.refused * REFUSED_TRIES : REFUSED_TRIES;
      expect(sluice.refused).toBeLessThanOrEqual(Math.max(tries, bounds.refused * sluice.tries));
    });
  }

  it("has no bounds for a limiter that isn't there", () => {
    const names = groups.flat().map(({ name }) => name);
    expect(Object.keys(EXCEPTIONS).filter((name) => !names.includes(name))).toEqual([]);
  });
});

function boundsOf({ name, tells }: Limiter, told: Figures | undefined): Bounds {
  const usual = tells ? HONEST : SILENT;
  const { goodput, refused } = told === undefined ? { ...usual, ...EXCEPTIONS[name] } : besideTold(usual, told);
  return isLate()
    ? { goodput: WHEN_LATE.goodput * goodput, refused: WHEN_LATE.refused * refused }
    : { goodput, refused };
}

function besideTold(usual: Bounds, told: Figures): Bounds {
  const refused = Math.max(usual.refused, (OF_TOLD.refused * told.refused) / told.tries);
  return { goodput: OF_TOLD.goodput * told.goodput, refused };
}

function isLate(): boolean {
  return lag.percentile(99) / 1e6 > LATE_MS;
}

function lineOf(name: string, { sluice, told }: Outcome): string {
  const share = ((100 * sluice.refused) / sluice.tries).toFixed(2);
  const beside = told === undefined ? "" : `, told ${told.goodput.toFixed(3)}`;
  return `${name.padEnd(40)} ${sluice.goodput.toFixed(3)}, ${sluice.refused} of ${sluice.tries} refused (${share} %)${beside}`;
}
