import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** The files that a run read, and what it had to say about them. */
export const inputsMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    const schema = db.schema.withSchema("apex");
    await schema
      .createTable("imports")
      .addColumn("run_id", "uuid", (column) =>
        column.notNull().references("apex.runs.id").onDelete("cascade"),
      )
      .addColumn("position", "integer", (column) => column.notNull())
      .addColumn("path", "text", (column) => column.notNull())
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("sha256", "text")
      .addColumn("rows", "bigint")
      .addColumn("points", "bigint")
      .addColumn("repairs", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("imports_pkey", ["run_id", "position"])
      .execute();
    await schema.createIndex("imports_sha256").on("imports").column("sha256").execute();
    await schema
      .createTable("diagnostics")
      .addColumn("run_id", "uuid", (column) =>
        column.notNull().references("apex.runs.id").onDelete("cascade"),
      )
      .addColumn("position", "integer", (column) => column.notNull())
      .addColumn("severity", "text", (column) => column.notNull())
      .addColumn("code", "text", (column) => column.notNull())
      .addColumn("summary", "text", (column) => column.notNull())
      .addColumn("detail", "text")
      .addColumn("address", "text")
      .addColumn("file", "text")
      .addColumn("line", "integer")
      .addPrimaryKeyConstraint("diagnostics_pkey", ["run_id", "position"])
      .execute();
  },
};
