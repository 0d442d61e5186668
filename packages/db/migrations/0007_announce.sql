-- A failed operation leaves its outcome and nothing else (G5), and webhooks hear of it all the same: its outcome is marked, and the
-- relay turns marks into outbox rows. Lock taken: ACCESS EXCLUSIVE on operation for an instant (a constant default rewrites nothing),
-- then SHARE while the index is built. Safe while old code serves: yes, it leaves the column to its default.
ALTER TABLE operation ADD COLUMN announce boolean NOT NULL DEFAULT false;
--> statement-breakpoint
-- Serves the relay: which tenants have failures to announce, and which. Holds only those, so it is all but empty.
CREATE INDEX operation_announce ON operation (tenant_id) WHERE announce;
