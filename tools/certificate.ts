import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { TlsFiles } from "../src/net/tls.ts";

/**
 * Writes a new key and a certificate for this common name, each over what was in its file; needs `openssl`.
 *
 * @param name what it is checked against: `IP:…` or `DNS:…`
 */
export function certify(folder: string, commonName: string, name = "IP:127.0.0.1"): TlsFiles {
  const files = { cert: join(folder, "cert.pem"), key: join(folder, "key.pem") };
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", files.key];
  const names = ["-subj", `/CN=${commonName}`, "-addext", `subjectAltName=${name}`];
  const cert = ["-x509", "-days", "2", ...names, "-out", files.cert];
  execFileSync("openssl", ["req", ...key, ...cert], { stdio: "ignore" });
  return files;
}
