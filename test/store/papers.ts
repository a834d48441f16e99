import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An authority of the test's own, and one certificate of it, for loopback; as PEM, and where the files are. */
export interface Papers {
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string };
  readonly files: { readonly ca: string; readonly cert: string; readonly key: string };
  remove(): void;
}

/** Made by openssl, and good for a day. */
export function makePapers(): Papers {
  const folder = mkdtempSync(join(tmpdir(), "sluice-papers-"));
  const file = (name: string) => join(folder, name);
  const openssl = (...words: string[]) => execFileSync("openssl", words, { cwd: folder, stdio: "pipe" });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const [ca, cert, key] = [file("ca.crt"), file("redis.crt"), file("redis.key")];
  openssl("req", "-x509", ...newKey, "-days", "1", "-subj", "/CN=test authority", "-keyout", "ca.key", "-out", ca);
  openssl("req", ...newKey, "-subj", "/CN=redis", "-keyout", key, "-out", "redis.csr");
  writeFileSync(file("names"), "subjectAltName=IP:127.0.0.1,DNS:localhost");
  const signing = ["-CA", ca, "-CAkey", "ca.key", "-CAcreateserial", "-days", "1", "-extfile", "names"];
  openssl("x509", "-req", "-in", "redis.csr", ...signing, "-out", cert);
  const read = (path: string) => readFileSync(path, "utf8");
  return {
    tls: { ca: read(ca), cert: read(cert), key: read(key) },
    files: { ca, cert, key },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
