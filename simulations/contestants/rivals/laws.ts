import type { Contestant } from "../../world/contestant.js";
import { AIMD_BUCKET } from "./aimd-bucket.js";
import { DATADESIGNER } from "./datadesigner.js";
import { LANGROID } from "./langroid.js";
import { LIMIT_FOLLOWER, REMAINING_FOLLOWER } from "./naive-headers.js";
import { NETFLIX_AIMD } from "./netflix-aimd.js";
import { RETRY_ONLY } from "./retry-only.js";
import { TOGETHER_GUIDE, TOGETHER_GUIDE_MENDED } from "./together-guide.js";
import { VECTOR_ARC } from "./vector-arc.js";

/** What is published of others, written anew: they need no package, so they run wherever the simulation does. */
export const LAWS: readonly Contestant[] = [
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
