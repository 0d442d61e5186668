-- Distributes the tables by tenant where Citus is installed; does nothing on plain PostgreSQL. Parents before children, so that
-- every foreign key finds its target distributed. All tables are co-located with tenant: one tenant lives on one worker.
-- A later migration that creates a table with tenant_id appends such a block.
DO $$
DECLARE
  tenant_table text;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
    RETURN;
  END IF;
  PERFORM create_reference_table('support_user');
  PERFORM create_reference_table('support_session');
  PERFORM create_distributed_table('tenant', 'tenant_id', colocate_with => 'none');
  FOREACH tenant_table IN ARRAY ARRAY[
    'branch', 'branch_stream', 'feed_entry', 'shared_change', 'stream_proof', 'shared_proof',
    'device', 'device_sequence_gap', 'enrolment_code', 'actor', 'actor_branch', 'device_sign_in', 'device_checkpoint', 'device_manifest',
    'operation', 'operation_attempt', 'audit_entry', 'webhook', 'outbox_event',
    'sale', 'cash_session', 'cash_movement', 'attendance_work', 'stock_item', 'stock_movement',
    'menu_item', 'menu_category', 'branch_policy', 'discount_rule'
  ] LOOP
    PERFORM create_distributed_table(tenant_table, 'tenant_id', colocate_with => 'tenant');
  END LOOP;
END $$;
