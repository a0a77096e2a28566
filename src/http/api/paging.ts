import type { FastifyReply, FastifyRequest } from "fastify";

/** Which part of a list is asked for: pages count from 1. */
export interface PageRequest {
  readonly page: number;
  readonly limit: number;
}

/** Returns which element of the list is the first of a page; the first of all is 1. */
export function firstOf({ page, limit }: PageRequest): number {
  return (page - 1) * limit + 1;
}

/** Tells how long the list is, and where its other pages are (RFC 8288). */
export function tellPage(
  request: FastifyRequest,
  reply: FastifyReply,
  { page, limit }: PageRequest,
  count: number,
): void {
  const [path = ""] = request.url.split("?", 1);
  const last = Math.max(1, Math.ceil(count / limit));
  const pages: [string, number][] = [["first", 1]];
  if (page > 1) pages.push(["prev", Math.min(page - 1, last)]);
  if (page < last) pages.push(["next", page + 1]);
  pages.push(["last", last]);
  const links = pages.map(([rel, number]) => `<${path}?page=${number}&limit=${limit}>; rel="${rel}"`);
  void reply.header("link", links.join(", ")).header("x-total-count", count);
}
