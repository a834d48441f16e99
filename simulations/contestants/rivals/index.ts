import type { Contestant } from "../../world/contestant.js";
import { BOTTLENECK } from "./bottleneck.js";
import { OPENAI } from "./openai.js";
import { P_QUEUE } from "./p-queue.js";
import { P_THROTTLE } from "./p-throttle.js";

/** What people use instead, in the order in which tables show them. */
export const RIVALS: readonly Contestant[] = [OPENAI, P_QUEUE, BOTTLENECK, P_THROTTLE];
