import { ban } from "./ban.ts";
import type { Command } from "./command.ts";
import { create } from "./create.ts";
import { createPrivate } from "./create-private.ts";
import { deop } from "./deop.ts";
import { destroy } from "./destroy.ts";
import { createHelp } from "./help.ts";
import { history } from "./history.ts";
import { invite } from "./invite.ts";
import { join } from "./join.ts";
import { kick } from "./kick.ts";
import { leave } from "./leave.ts";
import { me } from "./me.ts";
import { nick } from "./nick.ts";
import { op } from "./op.ts";
import { quit } from "./quit.ts";
import { reply } from "./reply.ts";
import { rooms } from "./rooms.ts";
import { set } from "./set.ts";
import { topic } from "./topic.ts";
import { unban } from "./unban.ts";
import { users } from "./users.ts";
import { whisper } from "./whisper.ts";

/** Every command, in the order in which `/help` shows them. */
export const commands: readonly Command[] = [
  createHelp(() => commands),
  users,
  rooms,
  create,
  createPrivate,
  join,
  leave,
  invite,
  destroy,
  topic,
  kick,
  ban,
  unban,
  op,
  deop,
  whisper,
  reply,
  history,
  me,
  set,
  nick,
  quit,
];
