import type { Batch } from "../../ports/store.ts";
import { encodeRights } from "../../domain/rights.ts";
import type { BatchColumns } from "./engine.ts";

export function toColumns(batch: Batch): BatchColumns {
  const { drafts } = batch;
  return {
    number: batch.number,
    streams: drafts.map((draft) => draft.stream),
    rules: drafts.map((draft) => draft.rightsVersion),
    kinds: drafts.map((draft) => draft.kind),
    authorIds: drafts.map((draft) => draft.authorId),
    authors: drafts.map((draft) => draft.author),
    bodies: drafts.map((draft) => draft.body),
    rights: drafts.map(({ rights }) => rights && encodeRights(rights)),
  };
}
