import type {
  ApplicationChange,
  ApplicationRecord,
  ApplicationStore,
  ChatPage,
  NewApplication,
} from "../../ports/application-store.ts";
import type { DatabaseConnection } from "../../postgres/connection.ts";
import { toApplication, toChat } from "./rows.ts";
import type { Writer } from "./writer.ts";

/** Applications in PostgreSQL. */
export class PostgresApplications implements ApplicationStore {
  readonly #connection: Pick<DatabaseConnection, "query">;
  readonly #writer: Writer;

  constructor(connection: Pick<DatabaseConnection, "query">, writer: Writer) {
    this.#connection = connection;
    this.#writer = writer;
  }

  async applications(): Promise<readonly ApplicationRecord[]> {
    return (await this.#connection.query(null, APPLICATIONS, [])).map(toApplication);
  }

  async createApplication({ handle, title, token }: NewApplication): Promise<ApplicationRecord | null> {
    return this.#put("make an application", [null, handle.key, handle.shown, title, token, true, false]);
  }

  async changeApplication(id: number, change: ApplicationChange): Promise<ApplicationRecord | null> {
    const { handle, title = null, token = null, isActive = null, isOpen = null } = change;
    const values = [id, handle?.key ?? null, handle?.shown ?? null, title, token, isActive, isOpen];
    return this.#put("change an application", values);
  }

  async endApplication(id: number): Promise<boolean> {
    const row = await this.#writer.tryToWrite("end an application", END_APPLICATION, [id], ["done", "none"]);
    return row["state"] === "done";
  }

  async sweepEnded(limit: number): Promise<boolean> {
    const [row] = await this.#connection.query(null, "select chatd_sweep_ended_1($1) as is_more", [limit]);
    return row?.["is_more"] === true;
  }

  async chats(application: number, n: number, limit: number): Promise<ChatPage> {
    const rows = await this.#connection.query("chats", CHATS, [application, n, limit]);
    const chats = rows.filter((row) => row["id"] !== null).map(toChat);
    return { chats, count: Number(rows[0]?.["count"] ?? 0) };
  }

  async #put(what: string, values: readonly unknown[]): Promise<ApplicationRecord | null> {
    const row = await this.#writer.tryToWrite(what, PUT_APPLICATION, values, ["done", "none"]);
    if (row["state"] === "none") return null;
    return (await this.applications()).find(({ id }) => id === Number(row["application"])) ?? null;
  }
}

const PUT_APPLICATION = "select * from chatd_put_application_1($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const END_APPLICATION = "select chatd_end_application_1($1, $2, $3) as state";
const APPLICATIONS = "select * from applications where not ended order by id";
const CHATS = `
  select a.chats as count, c.*
    from applications a left join lateral (
      select r.id, r.number, r.key, r.name,
             (select e.seq from entries e where e.stream_id = r.id order by e.pos desc limit 1) - s.gone as messages
        from rooms r join streams s on s.id = r.id
       where r.application_id = a.id and r.number >= (select chatd_nth_1($1, $2)) and not r.private and not r.destroyed
       order by r.number limit $3
    ) c on true where a.id = $1 and not a.ended`;
