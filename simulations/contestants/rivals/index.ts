import type { Contestant } from "../../world/contestant.js";
import { AIMD_BUCKET } from "./aimd-bucket.js";
import { AWS_ADAPTIVE } from "./aws.js";
import { BOTTLENECK } from "./bottleneck.js";
import { DATADESIGNER } from "./datadesigner.js";
import { EFFECT } from "./effect.js";
import { LANGCHAIN } from "./langchain.js";
import { LANGROID } from "./langroid.js";
import { LIMIT_FOLLOWER, REMAINING_FOLLOWER } from "./naive-headers.js";
import { NETFLIX_AIMD } from "./netflix-aimd.js";
import { OPENAI } from "./openai.js";
import { P_QUEUE } from "./p-queue.js";
import { P_THROTTLE } from "./p-throttle.js";
import { RETRY_ONLY } from "./retry-only.js";
import { TOGETHER_GUIDE, TOGETHER_GUIDE_MENDED } from "./together-guide.js";
import { VECTOR_ARC } from "./vector-arc.js";

/** Real packages, run as they are installed. */
const PACKAGES: readonly Contestant[] = [OPENAI, LANGCHAIN, AWS_ADAPTIVE, P_QUEUE, BOTTLENECK, P_THROTTLE, EFFECT];

/** What is published of others, written anew. */
const LAWS: readonly Contestant[] = [
  RETRY_ONLY,
  LIMIT_FOLLOWER,
  REMAINING_FOLLOWER,
  DATADESIGNER,
  VECTOR_ARC,
  NETFLIX_AIMD,
  LANGROID,
  AIMD_BUCKET,
  TOGETHER_GUIDE,
  TOGETHER_GUIDE_MENDED,
];

/** What people use instead, in the order in which tables show them. */
export const RIVALS: readonly Contestant[] = [...PACKAGES, ...LAWS];
