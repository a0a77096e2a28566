import { Login, type LoginFiles, parsePostgresUrl } from "../../src/postgres/login.ts";

/** How to get into a database of a test. */
export function aLogin(url: string, files: Partial<LoginFiles> = {}): Login {
  const parsed = parsePostgresUrl(url);
  if (!parsed) throw new Error(`not a URL: ${url}`);
  return new Login(parsed, { passwordFile: null, passwordCommand: null, caFile: null, ...files });
}
