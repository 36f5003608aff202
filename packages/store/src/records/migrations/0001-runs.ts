import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

/** Runs of `apex optimize` with what they read, found and said. */
export const runsMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    const schema = db.schema.withSchema("apex");
    await schema
      .createTable("runs")
      .addColumn("id", "uuid", (column) => column.primaryKey())
      .addColumn("sequence", "bigint", (column) => column.generatedAlwaysAsIdentity().notNull().unique())
      .addColumn("kind", "text", (column) => column.notNull().check(sql`kind IN ('optimization')`))
      .addColumn("recorded_at", "timestamptz", (column) => column.notNull().defaultTo(sql`now()`))
      .addColumn("generated_at", "timestamptz", (column) => column.notNull())
      .addColumn("apex_version", "text", (column) => column.notNull())
      .addColumn("terraform_directory", "text", (column) => column.notNull())
      .addColumn("currency", "text", (column) => column.notNull())
      .addColumn("savings_list", "numeric", (column) => column.notNull())
      .addColumn("savings_net", "numeric")
      .addColumn("cost_before", "numeric")
      .addColumn("cost_after", "numeric")
      .addColumn("report", "text", (column) => column.notNull())
      .execute();
    await schema
      .createTable("resources")
      .addColumn("run_id", "uuid", (column) =>
        column.notNull().references("apex.runs.id").onDelete("cascade"),
      )
      .addColumn("address", "text", (column) => column.notNull())
      .addColumn("type", "text", (column) => column.notNull())
      .addColumn("cost_before", "numeric")
      .addColumn("cost_after", "numeric")
      .addPrimaryKeyConstraint("resources_pkey", ["run_id", "address"])
      .execute();
    await schema
      .createTable("recommendations")
      .addColumn("run_id", "uuid", (column) =>
        column.notNull().references("apex.runs.id").onDelete("cascade"),
      )
      .addColumn("id", "text", (column) => column.notNull())
      .addColumn("position", "integer", (column) => column.notNull())
      .addColumn("rule", "text", (column) => column.notNull())
      .addColumn("resource_id", "text", (column) => column.notNull())
      .addColumn("address", "text")
      .addColumn("resource_type", "text", (column) => column.notNull())
      .addColumn("action", "text", (column) => column.notNull())
      .addColumn("from_value", "text", (column) => column.notNull())
      .addColumn("to_value", "text", (column) => column.notNull())
      .addColumn("status", "text", (column) =>
        column.notNull().check(sql`status IN ('applied', 'planned', 'not-applicable')`),
      )
      .addColumn("reason", "text")
      .addColumn("savings_list", "numeric", (column) => column.notNull())
      .addColumn("savings_net", "numeric")
      .addColumn("currency", "text", (column) => column.notNull())
      .addColumn("realised", "text", (column) => column.notNull())
      .addColumn("risk", "smallint", (column) => column.notNull().check(sql`risk BETWEEN 0 AND 4`))
      .addColumn("confidence", "double precision", (column) => column.notNull())
      .addPrimaryKeyConstraint("recommendations_pkey", ["run_id", "id"])
      .addUniqueConstraint("recommendations_position", ["run_id", "position"])
      .execute();
    await schema
      .createIndex("recommendations_resource")
      .on("recommendations")
      .column("resource_id")
      .execute();
  },
};
