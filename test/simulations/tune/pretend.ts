import { seededRandom } from "../../../simulations/random.js";
import type { Executor } from "../../../simulations/run/executor.js";
import type { Job } from "../../../simulations/run/job.js";

/** What a set of options would come to in a world. */
export type Surface = (control: Readonly<Record<string, number>>, seed: number) => { goodput: number; refused: number };

/**
 * Stands in for worlds: measures are a smooth function of the options, and luck that all candidates of a world share. Jobs come
 * back in an order of their own.
 */
export function pretend(surface: Surface, onJob: (job: Job) => void = () => {}): Executor {
  return {
    threads: 2,
    async run(job) {
      onJob(job);
      for (let turn = (job.seed * 7) % 5; turn > 0; turn--) await Promise.resolve();
      const luck = seededRandom(`${job.scenario.name}/${job.seed}`)() * 0.2;
      return job.contestants.map((choice) => {
        if (typeof choice === "string") throw new Error("candidates have options of their own");
        try {
          const { goodput, refused } = surface(choice.options.control as Record<string, number>, job.seed);
          return {
            contestant: choice.name,
            metrics: { goodput: goodput - luck, refused, waitP99Ms: 10 } as never,
            bounded: [],
          };
        } catch (error) {
          return { contestant: choice.name, error: String(error) };
        }
      });
    },
    close: async () => {},
  };
}
