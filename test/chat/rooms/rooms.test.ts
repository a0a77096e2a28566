import t from "tap";
import { parseRoomName } from "../../../src/domain/names.ts";
import { Room } from "../../../src/chat/rooms/room.ts";
import { NO_RIGHTS } from "../../../src/domain/rights.ts";
import { Rooms } from "../../../src/chat/rooms/rooms.ts";
import { NOBODY } from "../../support/world/rules.ts";

const STATE = { rightsVersion: 1, rights: NO_RIGHTS, pos: 1, seq: 0, atMicros: 1 };

function aRoom(id: number, text: string): Room {
  const name = parseRoomName(text);
  if (!name) throw new Error(`not a name: ${text}`);
  return new Room({ id, application: 0, number: id, name, isPrivate: false, topic: "", ...STATE }, false, NOBODY);
}

t.test("rooms are found by name, without case", (t) => {
  const rooms = new Rooms();
  const planes = aRoom(1, "Planes");
  rooms.add(planes);
  t.equal(rooms.find(aRoom(2, "PLANES").name), planes);
  t.equal(rooms.find(aRoom(3, "Trains").name), undefined);
  t.same([...rooms.all()], [planes]);
  t.equal(rooms.count, 1);
  t.end();
});

t.test("a room that is removed takes no later room of its name with it", (t) => {
  const rooms = new Rooms();
  const [old, young] = [aRoom(1, "Planes"), aRoom(2, "planes")];
  rooms.add(old);
  rooms.remove(old);
  rooms.add(young);
  rooms.remove(old);
  t.equal(rooms.find(old.name), young);
  t.end();
});
