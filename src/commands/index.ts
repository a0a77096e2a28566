import { ban } from "./ban.ts";
import { bans } from "./bans.ts";
import type { Command } from "./command.ts";
import { create } from "./create.ts";
import { createPrivate } from "./create-private.ts";
import { deleteCommand } from "./delete.ts";
import { deop } from "./deop.ts";
import { destroy } from "./destroy.ts";
import { editCommand } from "./edit.ts";
import { enter } from "./enter.ts";
import { type CommandGroup, createHelp } from "./help.ts";
import { history } from "./history.ts";
import { ignore } from "./ignore.ts";
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
import { say } from "./say.ts";
import { set } from "./set.ts";
import { topic } from "./topic.ts";
import { unban } from "./unban.ts";
import { unignore } from "./unignore.ts";
import { undoCommand } from "./undo.ts";
import { users } from "./users.ts";
import { where } from "./where.ts";
import { whisper } from "./whisper.ts";

/** Every command, in the groups in which `/help` shows them. */
export const groups: readonly CommandGroup[] = [
  { title: "Talk", commands: [say, me, whisper, reply, editCommand, deleteCommand, undoCommand, ignore, unignore] },
  { title: "Look around", commands: [where, users, rooms, history] },
  { title: "Use rooms", commands: [join, leave, create, createPrivate, invite, topic, destroy, enter] },
  { title: "Keep order", commands: [kick, ban, unban, bans, op, deop] },
  { title: "Set, or leave", commands: [set, nick, createHelp(() => groups), quit] },
];

export const commands: readonly Command[] = groups.flatMap((group) => group.commands);
