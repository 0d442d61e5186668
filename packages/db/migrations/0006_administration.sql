-- Tables of the administration. Lock taken: none (new tables). Safe while old code serves: yes.
-- Which tenants there are, by name: the only table that is looked up without knowing a tenant. `tenant_ref` and not tenant_id, because
-- it is not a tenant's table: small, the same on every node, without row-level security. It holds nothing but names.
CREATE TABLE tenant_directory (
  tenant_ref uuid PRIMARY KEY,
  name text NOT NULL
);
--> statement-breakpoint
-- Serves provisioning: the tenant of this name.
CREATE INDEX tenant_directory_name ON tenant_directory (name);
--> statement-breakpoint
-- "The head was N at time T": gives the age of any seq in server time, without a column on the hot path. Written by the retention job.
CREATE TABLE stream_mark (
  tenant_id uuid NOT NULL,
  branch_id uuid NOT NULL,
  marked_at timestamptz NOT NULL,
  head_seq bigint NOT NULL,
  PRIMARY KEY (tenant_id, branch_id, marked_at)
);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON tenant_directory TO modula_runtime;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON stream_mark TO modula_runtime;
--> statement-breakpoint
GRANT SELECT ON tenant_directory, stream_mark TO modula_support;
--> statement-breakpoint
ALTER TABLE stream_mark ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE stream_mark FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY tenant_isolation ON stream_mark USING (tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid);
--> statement-breakpoint
CREATE POLICY support_reads ON stream_mark FOR SELECT TO modula_support USING (true);
--> statement-breakpoint
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
    PERFORM create_reference_table('tenant_directory');
    PERFORM create_distributed_table('stream_mark', 'tenant_id', colocate_with => 'tenant');
  END IF;
END $$;
--> statement-breakpoint
-- Serves the console: what people did about one operation. Operations that were merely applied are not in it, so the hot path never writes it.
CREATE INDEX audit_entry_act ON audit_entry (tenant_id, client_op_id) WHERE operator IS NOT NULL;
