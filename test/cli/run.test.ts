import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { batchFolderOf, Journal } from "../../src/cli/batch/hosted/journal.js";
import { PartWriter, partLineOf } from "../../src/cli/batch/hosted/part-file.js";
import { UsageError } from "../../src/cli/command.js";
import { help, main } from "../../src/cli/run.js";

const URL_ARGS = ["--base-url", "http://127.0.0.1:1/v1"];

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-run-"));
  await writeFile(join(folder, "requests.jsonl"), "");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const file = (name: string) => join(folder, name);

async function run(...args: readonly string[]): Promise<{ code: number; stderr: string }> {
  let stderr = "";
  const sink = { write: () => undefined };
  const collector = {
    write: (text: string): void => {
      stderr += text;
    },
  };
  const io = {
    stdout: sink,
    stderr: collector,
    env: { EMPTY: "", BAD: "a\nb" },
    interrupt: new AbortController().signal,
  };
  return { code: await main(args, io), stderr };
}

describe("sluice run", () => {
  it("is done at once with an empty file", async () => {
    const { code, stderr } = await run(file("requests.jsonl"), ...URL_ARGS);
    expect(code).toBe(0);
    expect(stderr).toContain("0 requests to send");
  });

  it("begins a log where it is asked to, and adds to it the next time", async () => {
    const words = [file("requests.jsonl"), ...URL_ARGS, "--record", file("log.jsonl")];
    await run(...words);
    await run(...words);
    const lines = (await readFile(file("log.jsonl"), "utf8")).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).type)).toEqual(["log", "log"]);
  });

  it.each([
    ["no file", () => URL_ARGS, /which file of requests\?/],
    ["two files", () => [file("requests.jsonl"), "more.jsonl", ...URL_ARGS], /what is 'more.jsonl'\?/],
    [
      "a file that isn't there",
      () => [file("none.jsonl"), ...URL_ARGS],
      /cannot read the requests file .*none.jsonl: ENOENT/,
    ],
    ["a folder", () => [folder, ...URL_ARGS], /is a folder; only texts to --embed may be in one/],
    ["a device", () => ["/dev/null", ...URL_ARGS], /is not a regular file; '-' reads standard input/],
    [
      "nothing to pack",
      () => [file("requests.jsonl"), ...URL_ARGS, "--pack", "3"],
      /--pack 3 packs texts to embed: say --embed/,
    ],
    [
      "packs of no text",
      () => [folder, ...URL_ARGS, "--embed", "m", "--pack", "0"],
      /--pack must be an integer from 1 to 2048, got '0'/,
    ],
    ["no model to embed with", () => [folder, ...URL_ARGS, "--embed", " "], /--embed must name a model/],
    [
      "a log over the requests",
      () => [file("requests.jsonl"), ...URL_ARGS, "--record", file("requests.jsonl")],
      /is used already; the log of --record needs a file of its own/,
    ],
    [
      "a log that can't be written",
      () => [file("requests.jsonl"), ...URL_ARGS, "--record", folder],
      /cannot write the log .*EISDIR/,
    ],
    ["no server", () => [file("requests.jsonl")], /--base-url is missing/],
    [
      "no URL",
      () => [file("requests.jsonl"), "--base-url", "api.example"],
      /must be an http or https URL, got 'api.example'/,
    ],
    [
      "a key that isn't there",
      () => [file("requests.jsonl"), ...URL_ARGS, "--api-key-env", "NONE"],
      /NONE: there is no such/,
    ],
    ["an empty key", () => [file("requests.jsonl"), ...URL_ARGS, "--api-key-env", "EMPTY"], /EMPTY: .* is empty/],
    [
      "a key of two lines",
      () => [file("requests.jsonl"), ...URL_ARGS, "--api-key-env", "BAD"],
      /BAD: its value is not one line/,
    ],
    [
      "results over requests",
      () => [file("requests.jsonl"), ...URL_ARGS, "-o", file("requests.jsonl")],
      /is the file of requests/,
    ],
    [
      "no such options",
      () => [file("requests.jsonl"), ...URL_ARGS, "--options", file("none.json")],
      /cannot read the options/,
    ],
    [
      "results over options",
      () => [file("requests.jsonl"), ...URL_ARGS, "-o", file("o.json"), "--options", file("o.json")],
      /is the file of options/,
    ],
    [
      "failures over requests",
      () => [file("requests.jsonl"), ...URL_ARGS, "-o", file("o"), "--errors", file("requests.jsonl")],
      /is the file of requests/,
    ],
    [
      "a folder for results",
      () => [file("requests.jsonl"), ...URL_ARGS, "-o", folder],
      /is a folder; results go to a file/,
    ],
    [
      "results in a folder that isn't there",
      () => [file("requests.jsonl"), ...URL_ARGS, "-o", file("no/out.jsonl")],
      /cannot lock .*out.jsonl: ENOENT/,
    ],
    [
      "an endpoint on another server",
      () => [file("requests.jsonl"), ...URL_ARGS, "--endpoint", "//x/y"],
      /--endpoint must be a path .* got '\/\/x\/y'/,
    ],
    [
      "a retry without a past",
      () => [file("requests.jsonl"), ...URL_ARGS, "--retry-failed"],
      /--retry-failed needs the files/,
    ],
    ["an unknown word", () => [file("requests.jsonl"), ...URL_ARGS, "--fast"], /Unknown option '--fast'/],
  ])("refuses %s", async (_, args, message) => {
    await expect(run(...args())).rejects.toThrow(message);
  });

  it.each([
    ['{"control": {"rateMax": -1}}', /control.rateMax must be in \(0, 1e9\], got -1/],
    ['{"controll": {}}', /unknown option controll/],
    ['{"onReject": "response"}', /onReject can't be chosen here/],
    ["[]", /must hold one JSON object/],
    ["{", /cannot read the options file/],
  ])("refuses the options %s", async (text, message) => {
    await writeFile(file("options.json"), text);
    const args = [file("requests.jsonl"), ...URL_ARGS, "--options", file("options.json")];
    await expect(run(...args)).rejects.toThrow(message);
    await expect(run(...args)).rejects.toBeInstanceOf(UsageError);
  });

  it("refuses a gzipped file that is cut short, by its name", async () => {
    await writeFile(file("short.gz"), gzipSync("x".repeat(1_000)).subarray(0, 20));
    await expect(run(file("short.gz"), ...URL_ARGS)).rejects.toThrow(/cannot read .*short.gz: unexpected end of file/);
  });

  it("leaves a file alone that holds something else than results", async () => {
    await writeFile(file("notes.txt"), "my notes\n");
    await expect(run(file("requests.jsonl"), ...URL_ARGS, "-o", file("notes.txt"))).rejects.toThrow(/is not a result/);
    expect(await readFile(file("notes.txt"), "utf8")).toBe("my notes\n");
  });

  it("names every option, the exit codes and the format in its help", () => {
    for (const word of [
      "--output",
      "--base-url",
      "--api-key-env",
      "--errors",
      "--retry-failed",
      "--keep-others",
      "--ordered",
      "--endpoint",
      "--embed",
      "--no-model-check",
      "--dry-run",
      "--price-in",
      "--price-out",
      "--options",
      "--json",
      "--quiet",
      "custom_id",
      "130",
    ]) {
      expect(help).toContain(word);
    }
  });
});

describe("sluice run --batch", () => {
  const batch = (...args: readonly string[]) => [file("requests.jsonl"), ...URL_ARGS, "--batch", ...args];
  const out = () => ["-o", file("out.jsonl")];

  it.each([
    ["no file for results", () => batch(), /--batch needs -o FILE: batches run on without this command/],
    ["an order that nobody keeps", () => batch(...out(), "--ordered"), /--ordered can't be had with --batch/],
    [
      "a log of nothing",
      () => batch(...out(), "--record", file("log")),
      /--record has nothing to tell of with --batch/,
    ],
    ["an end of nothing", () => batch("--dry-run", "--cancel"), /--cancel can't be had with --dry-run/],
    [
      "a cap of nothing",
      () => batch(...out(), "--batch-lines", "0"),
      /--batch-lines must be a whole number of 1 or more, got '0'/,
    ],
    ["half a batch", () => batch(...out(), "--batches-max", "1.5"), /--batches-max must be .* got '1.5'/],
    ["no bytes", () => batch(...out(), "--batch-bytes", "1e6"), /--batch-bytes must be .* got '1e6'/],
    [
      "no time",
      () => batch(...out(), "--batch-poll", "soon"),
      /--batch-poll must be seconds from 0.1 to 86400, got 'soon'/,
    ],
    [
      "caps alone",
      () => [file("requests.jsonl"), ...URL_ARGS, "--batch-lines", "9"],
      /--batch-lines is for hosted batches: say --batch, too/,
    ],
    ["an end alone", () => [file("requests.jsonl"), ...URL_ARGS, "--cancel"], /--cancel is for hosted batches/],
  ])("says what is wrong with %s", async (_, args, message) => {
    await expect(run(...args())).rejects.toThrow(message);
  });

  it("sends no requests of Anthropic's form, and says which they are", async () => {
    const params = { model: "m", max_tokens: 1, messages: [] };
    await writeFile(file("requests.jsonl"), `\n${JSON.stringify({ custom_id: "a", params })}\n`);
    await expect(run(...batch(...out()))).rejects.toThrow(/line 2: --batch knows batches of OpenAI's form alone/);
  });

  it("doesn't go on without the server at which batches run, nor one by one beside them", async () => {
    const folder = batchFolderOf(file("out.jsonl"));
    const journal = new Journal(folder);
    await journal.open([]);
    const about = { server: "https://other.invalid", endpoint: "/v1/chat/completions", model: "m" };
    const writer = new PartWriter(folder, about);
    await writer.add(partLineOf("a", about.endpoint, {}));
    await journal.note({ step: "order", ...(await writer.finish()), fileId: "file-1" });
    await journal.close();
    await expect(run(...batch(...out()))).rejects.toThrow(
      /1 batch with 1 request run at https:\/\/other.invalid: name it with --base-url/,
    );
    await expect(run(file("requests.jsonl"), ...URL_ARGS, ...out())).rejects.toThrow(
      /1 batch with 1 request run for .*out.jsonl: go on with --batch, or end them with --batch --cancel/,
    );
  });

  it("is done at once with an empty file, and leaves nothing beside it", async () => {
    const { code } = await run(...batch(...out()));
    expect([code, await readdir(folder)]).toEqual([0, expect.not.arrayContaining(["out.jsonl.batches"])]);
  });
});
