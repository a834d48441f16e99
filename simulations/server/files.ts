import { isRecord } from "../../src/record.js";
import { errorAnswer } from "./errors.js";
import { createKeyed } from "./keyed.js";
import type { Answer, Call, JsonAnswer } from "./reply.js";

/** Files of one organisation that are kept; the oldest make room. */
const FILES_MAX = 100;

/** What was uploaded, or what a job has made. */
export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly purpose: string;
  readonly createdMs: number;
  /** Made when it is first asked for. */
  readonly text: () => string;
  /** Whether it is there yet. */
  readonly isThere: (nowMs: number) => boolean;
}

/** The files of all organisations. */
export interface Files {
  /** The answer to a call about files; undefined where it is about something else. */
  answer(nowMs: number, call: Call): Answer | undefined;
  find(nowMs: number, organisation: string, id: string): StoredFile | undefined;
  add(nowMs: number, organisation: string, file: StoredFile): void;
}

const PATH = "/v1/files";

/** Makes a place for files. They are uploaded as a form, as at OpenAI and Together. */
export function createFiles(wallMs: (atMs: number) => number): Files {
  const accounts = createKeyed<StoredFile[]>(() => []);
  let made = 0;

  function add(nowMs: number, organisation: string, file: StoredFile): void {
    const files = accounts.get(organisation, nowMs);
    files.push(file);
    if (files.length > FILES_MAX) files.shift();
  }

  function thereFor(nowMs: number, organisation: string): StoredFile[] {
    return accounts.get(organisation, nowMs).filter((file) => file.isThere(nowMs));
  }

  function upload(nowMs: number, { body, organisation }: Call): JsonAnswer {
    const file = isRecord(body) ? body["file"] : undefined;
    if (!isRecord(body) || !isRecord(file) || typeof file["text"] !== "string") {
      return errorAnswer(400, "the body must be a form with a file under the name 'file'", { param: "file" });
    }
    const { purpose } = body;
    if (typeof purpose !== "string" || purpose === "") {
      return errorAnswer(400, "'purpose' must say what the file is for", { param: "purpose" });
    }
    const { text } = file as { text: string };
    const name = String(body["file_name"] ?? file["name"]);
    const stored = { id: `file-${++made}`, name, purpose, createdMs: nowMs, text: () => text, isThere: () => true };
    add(nowMs, organisation, stored);
    return { status: 200, json: told(stored) };
  }

  function told({ id, name, purpose, createdMs, text }: StoredFile): unknown {
    return {
      id,
      object: "file",
      bytes: Buffer.byteLength(text()),
      created_at: Math.floor(wallMs(createdMs) / 1_000),
      filename: name,
      purpose,
      status: "processed",
      FileType: "jsonl",
      Processed: true,
    };
  }

  function remove(nowMs: number, organisation: string, { id }: StoredFile): JsonAnswer {
    const files = accounts.get(organisation, nowMs);
    files.splice(
      files.findIndex((file) => file.id === id),
      1,
    );
    return { status: 200, json: { id, object: "file", deleted: true } };
  }

  return {
    add,
    find: (nowMs, organisation, id) => thereFor(nowMs, organisation).find((file) => file.id === id),
    answer(nowMs, call) {
      const { method, path, organisation } = call;
      if (method === "POST" && (path === PATH || path === `${PATH}/upload`)) return upload(nowMs, call);
      if (path === PATH && method === "GET") {
        return { status: 200, json: { object: "list", data: thereFor(nowMs, organisation).map(told) } };
      }
      if (path !== PATH && !path.startsWith(`${PATH}/`)) return undefined;
      const [id = "", part, ...rest] = path.slice(PATH.length + 1).split("/");
      const file = thereFor(nowMs, organisation).find((each) => each.id === id);
      if (file === undefined) return errorAnswer(404, `there is no file ${id}`);
      if (part === undefined && method === "GET") return { status: 200, json: told(file) };
      if (part === undefined && method === "DELETE") return remove(nowMs, organisation, file);
      if (part === "content" && rest.length === 0 && method === "GET") return { status: 200, text: file.text() };
      return errorAnswer(404, `no such path: ${method} ${path}`);
    },
  };
}
