-- Tenant isolation, held by the database a second time (A4). Lock taken: ACCESS EXCLUSIVE per table, for an instant.
-- Safe while old code serves: yes. The roles exist already: they belong to the cluster, so the migrator makes them first.
-- A later migration that creates a table with tenant_id repeats these grants and policies for it; the catalogue test says so.
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO modula_runtime;
--> statement-breakpoint
-- Ledgers only grow (M3, M5): no statement of the service can change or remove a row.
REVOKE UPDATE ON audit_entry, stock_movement FROM modula_runtime;
--> statement-breakpoint
REVOKE INSERT, UPDATE ON schema_migration FROM modula_runtime;
--> statement-breakpoint
-- What may go: history behind the horizon, delivered events, ended sessions and memberships, gaps that were filled.
GRANT DELETE ON feed_entry, shared_change, outbox_event, actor_branch, device_checkpoint, device_sequence_gap, enrolment_code, support_session
  TO modula_runtime;
--> statement-breakpoint
-- Without a tenant in the session the setting is '' or null, and no row matches: closed, not open.
DO $$
DECLARE
  tenant_table text;
BEGIN
  FOR tenant_table IN
    SELECT c.relname FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
    ORDER BY c.relname
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format(
      'CREATE POLICY tenant_isolation ON %I USING (tenant_id = NULLIF(current_setting(''app.tenant'', true), '''')::uuid)',
      tenant_table);
    -- The support role reads every tenant and writes none. The policy is its own, so it costs the runtime role nothing.
    EXECUTE format('CREATE POLICY support_reads ON %I FOR SELECT TO modula_support USING (true)', tenant_table);
  END LOOP;
END $$;
--> statement-breakpoint
GRANT SELECT ON tenant, branch, branch_stream, feed_entry, shared_change, stream_proof, shared_proof, device_sequence_gap, actor_branch,
  device_sign_in, device_checkpoint, device_manifest, operation, operation_attempt, audit_entry, outbox_event, sale, cash_session,
  cash_movement, attendance_work, stock_item, stock_movement, menu_item, menu_category, branch_policy, discount_rule, schema_migration
  TO modula_support;
--> statement-breakpoint
-- No token hash, no PIN hash, no webhook secret for the role that sees all tenants.
GRANT SELECT (tenant_id, device_id, branch_id, name, status, last_settled_seq, last_seen_at, created_at) ON device TO modula_support;
--> statement-breakpoint
GRANT SELECT (tenant_id, actor_id, name, role, status, created_at) ON actor TO modula_support;
--> statement-breakpoint
GRANT SELECT (tenant_id, webhook_id, url, status, created_at) ON webhook TO modula_support;
