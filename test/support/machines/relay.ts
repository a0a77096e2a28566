/**
 * Runs with the network of another machine and the files of this one: leads connections between an address there and a
 * socket in a folder here. Its arguments are from where and to where, each `HOST:PORT` or a path; it says when it does.
 */
import { lead, type Place } from "../processes/lead.ts";

function place(text = ""): Place {
  const [, host, port] = /^([^/]+):(\d+)$/.exec(text) ?? [];
  return host === undefined ? { path: text } : { host, port: Number(port) };
}

const [, , from, to] = process.argv;
lead(place(from), place(to)).once("listening", () => process.stdout.write("leads\n"));
