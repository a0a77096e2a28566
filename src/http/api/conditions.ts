/** A version in `ETag`, `If-Match` and `If-None-Match` (RFC 9110, 8.8.3 and 13.1): a position in the chat's stream. */
const TAG = /^(?<weak>W\/)?"(?<pos>\d{1,15})"$/;

/** Returns the tag of a message. @param pos position of its last change */
export function tagOf(pos: number): string {
  return `"${pos}"`;
}

/** Returns the tag of a page. It is weak: the same list may be written in other words. @param pos the end of its stream */
export function weakTagOf(pos: number): string {
  return `W/"${pos}"`;
}

/** Whether whoever asks has this version already, by the weak comparison (RFC 9110, 13.1.2). */
export function isKnown(ifNoneMatch: string | undefined, pos: number): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.trim() === "*" || tagsIn(ifNoneMatch).some((tag) => tag.pos === pos);
}

/** Returns the versions that may be changed, by the strong comparison (RFC 9110, 13.1.1); null: any. */
export function expectedIn(ifMatch: string | undefined): readonly number[] | null {
  if (ifMatch === undefined || ifMatch.trim() === "*") return null;
  return tagsIn(ifMatch).flatMap(({ isWeak, pos }) => (isWeak ? [] : [pos]));
}

function tagsIn(header: string): { readonly isWeak: boolean; readonly pos: number }[] {
  return header.split(",").flatMap((tag) => {
    const { weak, pos } = TAG.exec(tag.trim())?.groups ?? {};
    return pos === undefined ? [] : [{ isWeak: weak !== undefined, pos: Number(pos) }];
  });
}
