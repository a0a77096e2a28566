import { andCount, andMore, because, counted, reasonGiven, withNotes } from "./phrases.ts";

/**
 * Every sentence that chatd says to people, except a command's usage and help, which live with the command. Sentences
 * that older systems used stand first and word for word; what chatd adds follows on the same line.
 */
export const texts = {
  loginPrompt: "Login:",
  roomPrompt: (room: string) => `${room}> `,
  loginHelp: "Type the name that others will see: up to 32 letters (A to Z), digits and _, with a letter.",
  welcome: (name: string) => `Welcome, ${name}.`,
  seeHelp: "Type /help to see available commands.",
  kept: (duration: string | null) =>
    `What is said in rooms is kept${duration === null ? "" : ` for ${duration}`}; whispers are not.`,
  comeBack: (name: string, code: string, duration: string) =>
    `If your connection breaks, log in as ${name}:${code} within ${duration}.`,
  nothingKept: (name: string) => `No session of ${name} is kept any more, so this is a new one.`,
  keptEnded: (name: string) => `What ${name} had before has ended: only its code would have brought it back.`,
  askingHolder: "Somebody at your address is using this name. Checking whether they are still connected …",
  nameWanted: (name: string, seconds: number) =>
    `Somebody at your address wants the name ${name}. Type anything within ${seconds} seconds to keep it.`,
  nameGivenUp: (name: string, isKept: boolean) =>
    `Nobody typed anything, so the name ${name} was given up. Log in ${isKept ? `as ${name}:CODE to come back` : "again"}.`,
  replaced: "You have logged in from a different client, closing this connection.",
  loginBytes: (bytes: number) => `More than ${bytes} bytes came before a name, disconnecting. Please connect again.`,
  loginTimeout: (seconds: number) =>
    `No name within ${counted(seconds, "second")}, disconnecting. Please connect again.`,
  bye: "Bye.",
  isHere: "Yes, chatd is here.",
  howToLeave: "Type /quit to leave.",
  howToAnswer: "Type /r TEXT to answer.",

  turnedAway: {
    "max-connections": (limit: number) =>
      `This server is full (${counted(limit, "connection")}). Please try again later.`,
    "max-connections-per-address": (limit: number) =>
      `Your address already has ${counted(limit, "connection")}, the maximum. Close one first.`,
    "max-new-per-minute": () => "There are too many new connections from your address. Please wait a minute.",
    "not-through-proxy": "Please connect through this server's proxy.",
    "not-tls": "This port speaks TLS. Try: ncat --ssl HOST PORT, or openssl s_client -quiet -connect HOST:PORT",
  },
  addressBanned: (reason: string) => `Your address is banned here${because(reason)}`,
  typingFast: (rate: number, waiting: number) =>
    `You are sending lines very fast. They now go out at ${rate} per second; none is lost. ${linesWait(waiting)}`,
  addressTypesFast: (waiting: number) =>
    `Your address is sending lines very fast. They now go out in turns; none is lost. ${linesWait(waiting)}`,
  linesDropped: (count: number) =>
    count === 1 ? "1 waiting line was dropped and not sent." : `${count} waiting lines were dropped and not sent.`,
  linesNotSent: (count: number) =>
    count === 1
      ? "1 waiting line was not sent. Send it again."
      : `${count} waiting lines were not sent. Send them again.`,
  tooManyKeys: "Your client sends more control keys or telnet commands than anybody can press, disconnecting.",
  foreign: {
    proxy: "This port does not expect a PROXY header (--proxy-protocol).",
    http: "This is a chat server, not a web server. Try: telnet HOST PORT",
    tls: "This port speaks plain text, not TLS. Try: telnet HOST PORT",
    ssh: "This is a chat server, not an SSH server. Try: telnet HOST PORT",
    irc: "This is a chat server for telnet and nc, not an IRC server. Try: telnet HOST PORT",
  },
  subnegotiationTooLong: "Your telnet client sent a sub-negotiation without an end, disconnecting.",
  lineEndless: (bytes: number) => `${bytes} bytes without a line end, disconnecting.`,
  lineTooLong: (bytes: number, max: number) =>
    `Your line was not sent: it has ${bytes} bytes, and ${max} is the maximum. Please send it in parts.`,
  tooSlow: "Your connection was too slow to receive what was said, disconnecting. Connect again and see /history.",
  linesSkipped: (lines: number) =>
    lines === 1
      ? "1 line was skipped because your connection was too slow. See /history."
      : `${lines} lines were skipped because your connection was too slow. See /history.`,
  restarting: "The server is restarting. Please connect again in a moment.",
  goingAway: "This server is shutting down. Please connect again.",
  kickedByOperator: (reason: string) => `The operator closed your connection${because(reason)}`,

  here: (room: string, others: string | null) =>
    others === null
      ? `You are in ${room}. Nobody else is here right now. What you type is said there.`
      : `You are in ${room} with ${others}. What you type is said there.`,
  nobodyElse: (room: string) => `Nobody else is in ${room}. Your line is kept for whoever joins later.`,
  back: (room: string) => `You are back in ${room}.`,
  backAfter: (room: string, missed: number, isMore: boolean) =>
    `You are back in ${room}. ${saidMeanwhile(missed, isMore)}`,
  roomHasEnded: (room: string) => `Room ${room} has ended.`,
  notInRoomAnyMore: (room: string) => `You are not in ${room} any more.`,
  bannedMeanwhile: (room: string, until: string | null, reason: string) =>
    `You are not in ${room} any more: you are banned from it${until === null ? "" : ` until ${until}`}.${reasonGiven(reason)}`,

  joined: (name: string, room: string) => `User ${name} joined ${room}.`,
  left: (name: string, room: string) => `User ${name} left ${room}.`,
  manyJoined: (count: number, room: string) => `${count} people joined ${room}.`,
  manyLeft: (count: number, room: string) => `${count} people left ${room}.`,
  nowOwns: (name: string, room: string) => `User ${name} now owns ${room}.`,
  madeOwner: (name: string, room: string) => `The operator made user ${name} the owner of ${room}.`,
  kicked: (name: string, room: string, by: string) => `User ${name} was kicked from ${room} by ${by}.`,
  youWereKicked: (room: string, by: string) => `You were kicked from ${room} by ${by}.`,
  banned: (name: string, room: string, by: string, reason: string) =>
    `User ${name} was banned from ${room} by ${by}${because(reason)}`,
  youWereBanned: (room: string, by: string, duration: string | null, reason: string) =>
    `You were banned from ${room} by ${by}${duration === null ? "" : ` for ${duration}`}${because(reason)}`,
  unbanned: (name: string, room: string, by: string) => `${by} lifted the ban on ${name} in ${room}.`,
  operatorUnbanned: (name: string, room: string) => `The operator lifted the ban on ${name} in ${room}.`,
  nowOperator: (name: string, room: string, by: string) => `${by} made ${name} an operator of ${room}.`,
  noOperator: (name: string, room: string, by: string) => `${by} took ${name}'s operator rights in ${room}.`,
  noTopic: (room: string) => `${room} has no topic.`,
  changed: (name: string, seq: number, room: string, text: string) =>
    `User ${name} changed line ${seq} in ${room}: ${text}`,
  removed: (name: string, seq: number, room: string) => `User ${name} removed line ${seq} in ${room}.`,
  youChanged: (seq: number, room: string, text: string) => `You changed line ${seq} in ${room}: ${text}`,
  youRemoved: (seq: number, room: string) => `You removed line ${seq} in ${room}.`,
  topicSet: (name: string, room: string, topic: string) => `User ${name} set the topic of ${room}: ${topic}`,
  topicRemoved: (name: string, room: string) => `User ${name} removed the topic of ${room}.`,
  operatorSetTopic: (room: string, topic: string) => `The operator set the topic of ${room}: ${topic}`,
  operatorRemovedTopic: (room: string) => `The operator removed the topic of ${room}.`,
  roomDestroyed: (room: string) => `Room ${room} was destroyed.`,
  operatorDestroyed: (room: string) => `The operator destroyed room ${room}.`,

  nowTalking: (room: string) => `You are now talking in ${room}.`,
  nowNowhere: "You are in no room right now.",
  nowTalkingNowhere: "You talk in no room right now.",
  talkThere: (room: string) => `Type /join ${room} to talk there.`,
  seeRooms: "/rooms lists the rooms.",
  enteredApplication: (handle: string) =>
    `Names of rooms mean those of ${handle} now. /rooms lists them, /enter main comes back.`,
  enteredMain: "Names of rooms mean those of main again.",
  youLeft: (room: string) => `You left room ${room}.`,
  roomCreated: (room: string) => `Room ${room} created. Type /join ${room} to go in.`,
  youDestroyed: (room: string) => `Room ${room} destroyed.`,
  invited: "User added to private room members.",
  invitation: (room: string) => `I invited you to my private room ${room}. Type /join ${room} to come in.`,
  youKicked: (name: string, room: string) => `User ${name} was kicked from ${room}.`,
  youBanned: (name: string, room: string, duration: string | null, reason: string, isOnAddress: boolean) =>
    `User ${name} is banned from ${room} ${duration === null ? "until /unban" : `for ${duration}`}.${reasonGiven(reason)}${isOnAddress ? ` Nobody new may join from the same address, either; /unban ${name} lifts both.` : ""}`,
  bannedFrom: (room: string, bans: string) => `Users banned from ${room}: ${bans}`,
  ban: (name: string, by: string | null, until: string | null, reason: string) =>
    withNotes(`${name}${by === null ? "" : ` by ${by}`}${until === null ? "" : ` until ${until}`}`, reason),
  nobodyBanned: (room: string) => `Nobody is banned from ${room}.`,
  youUnbanned: (name: string, room: string) => `User ${name} may join ${room} again.`,
  youMadeOperator: (name: string, room: string) => `User ${name} is now an operator of ${room}.`,
  youUnmadeOperator: (name: string, room: string) => `User ${name} is no longer an operator of ${room}.`,
  topicChanged: "Topic set.",
  topicCleared: "Topic removed.",

  talksIn: (room: string, notes: string, others: string, more: number) =>
    `You talk in ${withNotes(room, notes)}.${others === "" ? "" : ` Also in: ${andMore(others, more)}.`}`,
  talksNowhere: (rooms: string, more: number) =>
    `You talk in no room. You are in: ${andMore(rooms, more)}. Type /join ROOM to talk in one of them.`,
  onlineUsers: (names: string, count: number, more: number) =>
    `Online users: ${andCount(names, count, more)}${more > 0 ? ". /users ROOM lists one room." : ""}`,
  usersIn: (room: string, names: string, count: number, more: number) =>
    `Users in ${room}: ${andCount(names, count, more)}`,
  nobodyIn: (room: string) => `Nobody is in ${room}.`,
  listedRoom: (room: string, notes: string) => withNotes(room, notes),
  rooms: (names: string, more: number) => `Rooms: ${names}${more > 0 ? ` … and ${more} more.` : ""}`,
  noRooms: "There are no rooms yet. Be the first to make one. :)",
  availableCommands: "Available commands:",
  plainTalk: "What you type without a / is said in your current room; //text says /text.",
  talkElsewhere: "#Room text is said in that room; ##text says #text.",
  linesElsewhere: "Lines of your other rooms begin with #Room; type /join Room to talk there.",
  moreHelp: "/help COMMAND explains a command, /help all explains every one.",
  nothingSaid: (room: string) => `Nothing has been said in ${room} yet.`,
  linesIgnored: (count: number) =>
    count === 1 ? "1 line of somebody you ignore is not shown." : `${count} lines of people you ignore are not shown.`,
  youIgnore: (name: string) =>
    `You ignore ${name} from now on: what they say is not shown to you. /unignore ${name} ends that.`,
  nobodyHas: (name: string) => `Nobody has the name ${name} right now. /users lists who is online.`,
  youIgnoreNoMore: (name: string) => `You no longer ignore ${name}.`,
  ignored: (names: string) => `You ignore: ${names}`,
  nobodyIgnored: "You ignore nobody.",
  cutOff:
    "This server cannot reach its database. What you type is waiting, and you will see what others say when it is back.",
  backAgain: "This server reaches its database again.",
  storeWentBack: (room: string) =>
    `The database was restored: what was said last in ${room} may be missing. See /history.`,
  roomNotRestored: (room: string) => `The database was restored: the room ${room} is no longer in it.`,
  lostName: "Your name was given to somebody else while this server was away. Please choose a different name.",
  lobbyUnread: (room: string) => `You cannot enter ${room} right now. Try /join ${room} in a moment.`,
  historyUnread: "Earlier messages cannot be shown right now. Try /history in a moment.",
  noSuchLines: (room: string, last: number) =>
    `There are no lines with these numbers in ${room}. The last line there is ${last}.`,
  mostLines: (most: number) => `The maximum is ${most} lines.`,
  settings: (all: string) => `Settings: ${all}. /set SETTING on or /set SETTING off changes one.`,
  timeOn: "Lines now begin with the time (UTC).",
  timeOff: "Lines no longer show the time.",
  editAsked:
    "Your client is asked to send every key. If it can, lines are edited here from now on: cursor keys, Tab, ^L. If it cannot (nc), it shows a few odd characters, and nothing else changes.",
  editOn: "Lines are edited here already: cursor keys, Tab, ^L.",
  editOff: "Your client edits your lines again.",
  redrawOn: "What you are typing is shown again below what comes in.",
  redrawOff: "What you are typing is not shown again when something comes in. ^L shows it.",
  redrawWithoutEdit: "This holds while lines are edited here: /set edit on.",
  promptOn: "Your line now begins with the room that you talk in.",
  promptOff: "Your line no longer begins with the room that you talk in.",
  promptWithoutEdit: "Your line will begin with the room that you talk in while lines are edited here: /set edit on.",
  nick: "To change your name, /quit and log in with the new one.",
} as const;

function saidMeanwhile(count: number, isMore: boolean): string {
  if (count === 0) return "Nothing was said meanwhile.";
  if (count === 1) return "1 line was said meanwhile.";
  return isMore ? `More than ${count - 1} lines were said meanwhile.` : `${count} lines were said meanwhile.`;
}

/** What is told of a room behind its name, in brackets. */
export const roomNotes = {
  private: "private",
  current: "current",
  joined: "joined",
  owner: "you own it",
  operator: "you are an operator",
} as const;

function linesWait(count: number): string {
  return count === 1 ? "1 line waits." : `${count} lines wait.`;
}
