import type { ServerBans } from "../chat/server-bans.ts";
import type { NameKey } from "../domain/names.ts";
import { refusalSentence } from "../formats/text/refusal-sentences.ts";
import { texts } from "../formats/text/sentences.ts";

/** What somebody is told who may not be on the server; null: they may. @param name null: they have none yet */
export function serverBanSentence(bans: ServerBans, address: string, name: NameKey | null): string | null {
  const onAddress = bans.onAddress(address);
  if (onAddress) return texts.addressBanned(onAddress.reason);
  const onName = name === null ? null : bans.onName(name);
  return onName ? refusalSentence({ code: "name-banned", args: onName }) : null;
}
