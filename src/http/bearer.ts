/** Returns the credential of a request (RFC 6750, 2.1); null: it has none. One of another scheme is a wrong one. */
export function bearerIn(authorization: string | undefined): string | null {
  return authorization === undefined ? null : authorization.replace(/^Bearer +/i, "");
}
