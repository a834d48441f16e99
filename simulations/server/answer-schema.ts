import { z } from "zod";
import { durationMs } from "./limit-schema.js";

const sigma = z.number().min(0).max(3);

/** What is said of the times of answers, in virtual time and over a wire. */
export const answerTimes = {
  sigma: sigma.optional(),
  slowShare: z.number().min(0).max(1).optional(),
  slowFactor: z.number().gt(0).max(1e6).optional(),
  bodyMs: durationMs.optional(),
  bodySigma: sigma.optional(),
  refusalMs: durationMs.optional(),
  overloadMs: durationMs.optional(),
  uplinkMs: durationMs.optional(),
  uplinkSigma: sigma.optional(),
  downlinkMs: durationMs.optional(),
  downlinkSigma: sigma.optional(),
};
