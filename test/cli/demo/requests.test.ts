import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../simulations/random.js";
import { isProblem } from "../../../src/cli/batch/requests/batch-line.js";
import { parseLine } from "../../../src/cli/batch/requests/parse-line.js";
import { PARTS } from "../../../src/cli/demo/plan.js";
import { makeRequests } from "../../../src/cli/demo/requests.js";
import { chunk } from "../../../src/cli/demo/texts.js";

const TEXTS = Array.from({ length: 40 }, (_, index) => ({ file: `p/${index}.md`, text: `Text ${index}. `.repeat(20) }));

describe("makeRequests", () => {
  const lines = makeRequests(PARTS, TEXTS, seededRandom(1));

  it("makes lines that the command takes, each with an id of its own", () => {
    const parsed = lines.map((line, index) =>
      parseLine({ number: index + 1, text: JSON.stringify(line), bytes: 0, isWhole: true }),
    );
    expect(parsed.every((each) => each !== undefined && !isProblem(each))).toBe(true);
    expect(new Set(lines.map((line) => line.custom_id)).size).toBe(lines.length);
    expect(lines).toHaveLength(PARTS.reduce((sum, part) => sum + part.requests, 0));
  });

  it("puts from 1 to 20 texts into an embeddings request", () => {
    const counts = lines.flatMap(({ body }) => (Array.isArray(body["input"]) ? [body["input"].length] : []));
    expect([Math.min(...counts), Math.max(...counts)]).toEqual([1, 20]);
  });

  it("mixes the models evenly", () => {
    const half = lines.slice(0, lines.length / 2);
    for (const part of PARTS) {
      const share = half.filter(({ body }) => body.model === part.model).length / part.requests;
      expect(share).toBeCloseTo(0.5, 1);
    }
  });

  it("draws the same from the same seed", () => {
    expect(makeRequests(PARTS, TEXTS, seededRandom(1))).toEqual(lines);
    expect(makeRequests(PARTS, TEXTS, seededRandom(2))).not.toEqual(lines);
  });
});

describe("chunk", () => {
  it("cuts between paragraphs, and leaves out what is too short to say anything", () => {
    const paragraph = (letter: string, length: number) => letter.repeat(length);
    const text = [paragraph("a", 700), paragraph("b", 400), paragraph("c", 300), paragraph("d", 2_000), "e"].join(
      "\n\n",
    );
    expect(chunk(text).map((piece) => piece.length)).toEqual([1_102, 300, 1_200]);
  });
});
