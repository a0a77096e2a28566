import { labelOf, MAX_ROOM_NAME, type Name, parseRoomName } from "../../domain/names.ts";
import { Refusal } from "../../domain/refusals.ts";
import type { ApplicationChange, ApplicationRecord } from "../../ports/application-store.ts";
import type { Application } from "../applications/applications.ts";
import { forgetApplication, type ForgetParts, learnApplication } from "../applications/lifecycle.ts";
import type { Context } from "../context.ts";
import { lookAtServer } from "../server-stream.ts";

type Parts = Parameters<typeof lookAtServer>[0] &
  Pick<Context, "applications" | "rooms" | "sessions" | "subscriptions">;

/** Number of handles that are tried which begin with the title, before one that says nothing. */
const NUMBERED_HANDLES = 9;
/** Number of handles that the store is asked for, which other nodes may have given away just now. */
const TRIES = 20;

/**
 * Makes an application. Its handle is its title, if that can be typed as a room's name and is free; else with a number behind.
 * Rejects with a `StoreError`, or with `application-handle-taken`.
 * @param token a UUID that nobody can guess
 */
export async function addApplication(parts: Parts, title: string, token: string): Promise<Application> {
  let tries = 0;
  for (const handle of handlesFor(title, parts.applications.count)) {
    if (parts.applications.byHandle(handle.key)) continue;
    const record = await parts.store.createApplication({ handle, title, token });
    if (record) return learn(parts, record);
    tries += 1;
    if (tries === TRIES) break;
  }
  throw new Refusal("application-handle-taken");
}

/** Changes an application; a new title also gives it a new handle, if that is free. Rejects with a `Refusal` or a `StoreError`. */
export async function changeApplication(
  parts: Parts,
  application: Application,
  change: ApplicationChange,
): Promise<Application> {
  const record = (await withHandle(parts, application, change)) ?? (await store(parts, application, change));
  if (!record) throw new Refusal("no-such-application");
  return learn(parts, record);
}

/** Ends an application: from now on its rooms and its token are gone. Rejects with a `Refusal` or a `StoreError`. */
export async function endApplication(parts: ForgetParts & Parts, { id }: Application): Promise<void> {
  if (!(await parts.store.endApplication(id))) throw new Refusal("no-such-application");
  forgetApplication(parts, id);
  lookAtServer(parts);
}

function learn(parts: Parts, record: ApplicationRecord): Application {
  const application = learnApplication(parts, record);
  lookAtServer(parts);
  return application;
}

/** Resolves with null if the title gives no handle that is free. */
async function withHandle(
  parts: Parts,
  application: Application,
  change: ApplicationChange,
): Promise<ApplicationRecord | null> {
  const handle = change.title === undefined || change.handle ? null : parseRoomName(change.title);
  return handle && (await store(parts, application, { ...change, handle }));
}

function store(parts: Parts, { id }: Application, change: ApplicationChange): Promise<ApplicationRecord | null> {
  return parts.store.changeApplication(id, change);
}

/** Never ends. @param count number of the applications that there are */
function* handlesFor(title: string, count: number): Iterable<Name> {
  const handle = parseRoomName(title);
  if (handle) {
    yield handle;
    for (let number = 2; number <= NUMBERED_HANDLES; number++) yield numbered(handle.shown, number);
  }
  for (let number = count + 1; ; number++) yield numbered("app", number);
}

function numbered(handle: string, number: number): Name {
  const end = `-${number}`;
  return labelOf(`${handle.slice(0, MAX_ROOM_NAME - end.length)}${end}`);
}
