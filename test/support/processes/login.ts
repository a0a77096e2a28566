import { Credentials, type LoginFiles, parsePostgresUrl } from "../../../src/postgres/login.ts";

/** How to get into a database of a test. */
export function aLogin(url: string, files: Partial<LoginFiles> = {}): Credentials {
  const parsed = parsePostgresUrl(url);
  if ("problem" in parsed) throw new Error(`${url}: ${parsed.problem}`);
  return new Credentials(parsed, { passwordFile: null, passwordCommand: null, caFile: null, ...files });
}
