import type { Contestant } from "../../world/contestant.js";
import { AWS_ADAPTIVE } from "./aws.js";
import { BOTTLENECK } from "./bottleneck.js";
import { EFFECT } from "./effect.js";
import { LANGCHAIN } from "./langchain.js";
import { LAWS } from "./laws.js";
import { OPENAI } from "./openai.js";
import { P_QUEUE } from "./p-queue.js";
import { P_THROTTLE } from "./p-throttle.js";

/** Real packages, run as they are installed. */
const PACKAGES: readonly Contestant[] = [OPENAI, LANGCHAIN, AWS_ADAPTIVE, P_QUEUE, BOTTLENECK, P_THROTTLE, EFFECT];

/** What people use instead, in the order in which tables show them. */
export const RIVALS: readonly Contestant[] = [...PACKAGES, ...LAWS];
