-- The engine's tables. Lock taken: none (new tables). Safe while old code serves: yes.
-- Every table that belongs to a tenant has tenant_id first in its primary key and in every unique index (distribution rule 1).
CREATE TABLE tenant (
  tenant_id uuid PRIMARY KEY,
  name text NOT NULL,
  status text NOT NULL DEFAULT 'ACTIVE' CHECK (status IN ('ACTIVE', 'FROZEN')),
  -- The last shared_seq given to a tenant-wide change; the row is the sequencer of shared_change.
  shared_head_seq bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now()
);
--> statement-breakpoint
CREATE TABLE branch (
  tenant_id uuid NOT NULL REFERENCES tenant (tenant_id),
  branch_id uuid NOT NULL,
  name text NOT NULL,
  status text NOT NULL DEFAULT 'ACTIVE' CHECK (status IN ('ACTIVE', 'FROZEN', 'ARCHIVED')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, branch_id),
  CONSTRAINT branch_name UNIQUE (tenant_id, name)
);
--> statement-breakpoint
-- One row per stream. Its row lock is the branch's write lock: whoever holds it is the only writer of this branch (F1, A6).
-- fillfactor leaves room for HOT updates of head_seq.
CREATE TABLE branch_stream (
  tenant_id uuid NOT NULL,
  branch_id uuid NOT NULL,
  head_seq bigint NOT NULL DEFAULT 0,
  horizon_seq bigint NOT NULL DEFAULT 0,
  epoch bigint NOT NULL DEFAULT 1,
  -- Tenant-wide changes up to this shared_seq have an entry in this stream (F2).
  shared_through_seq bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, branch_id),
  FOREIGN KEY (tenant_id, branch_id) REFERENCES branch (tenant_id, branch_id)
) WITH (fillfactor = 50);
--> statement-breakpoint
-- The change feed. A branch's own change carries its payload here; a tenant-wide one is a narrow row that names shared_change.
-- replaced_by_seq is null while the entry is the entity's latest (F3).
CREATE TABLE feed_entry (
  tenant_id uuid NOT NULL,
  branch_id uuid NOT NULL,
  seq bigint NOT NULL,
  entity_kind text NOT NULL,
  entity_id text,
  op_kind text CHECK (op_kind IN ('UPSERT', 'TOMBSTONE')),
  payload text,
  entity_hash bit(256),
  occurred_at timestamptz,
  actor_id uuid,
  client_op_id uuid,
  shared_seq bigint,
  replaced_by_seq bigint,
  PRIMARY KEY (tenant_id, branch_id, seq),
  CHECK ((shared_seq IS NULL) = (entity_id IS NOT NULL))
);
--> statement-breakpoint
-- Serves append (which entry does this change replace?) and evidence (which change put the entity there?).
CREATE INDEX feed_entry_live_entity ON feed_entry (tenant_id, branch_id, entity_kind, entity_id)
  WHERE replaced_by_seq IS NULL AND shared_seq IS NULL;
--> statement-breakpoint
-- Serves pull of a few kinds out of a large stream: tenant, branch, kind, seq > cursor, in seq order.
CREATE INDEX feed_entry_live_kind ON feed_entry (tenant_id, branch_id, entity_kind, seq)
  WHERE replaced_by_seq IS NULL;
--> statement-breakpoint
-- A tenant-wide change, stored once however many branches it reaches.
CREATE TABLE shared_change (
  tenant_id uuid NOT NULL,
  shared_seq bigint NOT NULL,
  entity_kind text NOT NULL,
  entity_id text NOT NULL,
  op_kind text NOT NULL CHECK (op_kind IN ('UPSERT', 'TOMBSTONE')),
  payload text,
  entity_hash bit(256),
  occurred_at timestamptz NOT NULL,
  actor_id uuid,
  client_op_id uuid,
  replaced_by_seq bigint,
  PRIMARY KEY (tenant_id, shared_seq)
);
--> statement-breakpoint
CREATE INDEX shared_change_live_entity ON shared_change (tenant_id, entity_kind, entity_id) WHERE replaced_by_seq IS NULL;
--> statement-breakpoint
-- Proof of a stream's own kinds: XOR of the live entities' hashes, and how many there are. Moves with the append.
CREATE TABLE stream_proof (
  tenant_id uuid NOT NULL,
  branch_id uuid NOT NULL,
  entity_kind text NOT NULL,
  live_count bigint NOT NULL,
  hash bit(256) NOT NULL,
  PRIMARY KEY (tenant_id, branch_id, entity_kind)
) WITH (fillfactor = 50);
--> statement-breakpoint
-- Proof of the tenant-wide kinds: the same in every stream of the tenant, so kept once.
CREATE TABLE shared_proof (
  tenant_id uuid NOT NULL,
  entity_kind text NOT NULL,
  live_count bigint NOT NULL,
  hash bit(256) NOT NULL,
  PRIMARY KEY (tenant_id, entity_kind)
) WITH (fillfactor = 50);
--> statement-breakpoint
CREATE TABLE device (
  tenant_id uuid NOT NULL,
  device_id uuid NOT NULL,
  branch_id uuid NOT NULL,
  name text NOT NULL,
  status text NOT NULL DEFAULT 'ACTIVE' CHECK (status IN ('ACTIVE', 'REVOKED')),
  -- SHA-256 of each valid token, lower-case hex. A token is never stored in clear.
  token_hashes text[] NOT NULL DEFAULT '{}',
  last_settled_seq bigint NOT NULL DEFAULT 0,
  last_seen_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, device_id),
  FOREIGN KEY (tenant_id, branch_id) REFERENCES branch (tenant_id, branch_id),
  CONSTRAINT device_name UNIQUE (tenant_id, branch_id, name)
) WITH (fillfactor = 70);
--> statement-breakpoint
-- Missing deviceSeq ranges: a gap may be a lost sale (O2).
CREATE TABLE device_sequence_gap (
  tenant_id uuid NOT NULL,
  device_id uuid NOT NULL,
  from_seq bigint NOT NULL,
  to_seq bigint NOT NULL,
  noticed_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, device_id, from_seq),
  FOREIGN KEY (tenant_id, device_id) REFERENCES device (tenant_id, device_id)
);
--> statement-breakpoint
CREATE TABLE enrolment_code (
  tenant_id uuid NOT NULL,
  code_hash text NOT NULL,
  device_id uuid NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  PRIMARY KEY (tenant_id, code_hash),
  FOREIGN KEY (tenant_id, device_id) REFERENCES device (tenant_id, device_id)
);
--> statement-breakpoint
CREATE TABLE actor (
  tenant_id uuid NOT NULL,
  actor_id uuid NOT NULL,
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('OWNER', 'MANAGER', 'CASHIER')),
  status text NOT NULL DEFAULT 'ACTIVE' CHECK (status IN ('ACTIVE', 'REVOKED')),
  -- scrypt, with its parameters and salt; null: this actor cannot sign in by PIN.
  pin_hash text,
  token_hashes text[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, actor_id),
  FOREIGN KEY (tenant_id) REFERENCES tenant (tenant_id),
  CONSTRAINT actor_name UNIQUE (tenant_id, name)
);
--> statement-breakpoint
CREATE TABLE actor_branch (
  tenant_id uuid NOT NULL,
  actor_id uuid NOT NULL,
  branch_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, actor_id, branch_id),
  FOREIGN KEY (tenant_id, actor_id) REFERENCES actor (tenant_id, actor_id),
  FOREIGN KEY (tenant_id, branch_id) REFERENCES branch (tenant_id, branch_id)
);
--> statement-breakpoint
-- Who ever used this device (ACTOR_NOT_ON_DEVICE), and who is signed in now.
CREATE TABLE device_sign_in (
  tenant_id uuid NOT NULL,
  device_id uuid NOT NULL,
  actor_id uuid NOT NULL,
  active boolean NOT NULL,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, device_id, actor_id),
  FOREIGN KEY (tenant_id, device_id) REFERENCES device (tenant_id, device_id),
  FOREIGN KEY (tenant_id, actor_id) REFERENCES actor (tenant_id, actor_id)
);
--> statement-breakpoint
-- The cursor a device last presented, per scope set (P6). Used for retention and evidence, never to resume (P4).
CREATE TABLE device_checkpoint (
  tenant_id uuid NOT NULL,
  device_id uuid NOT NULL,
  branch_id uuid NOT NULL,
  scope_hash text NOT NULL,
  scopes text[] NOT NULL,
  epoch bigint NOT NULL,
  seq bigint NOT NULL,
  presented_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, device_id, branch_id, scope_hash),
  FOREIGN KEY (tenant_id, device_id) REFERENCES device (tenant_id, device_id)
) WITH (fillfactor = 70);
--> statement-breakpoint
-- Serves the retention job: the slowest live device of a branch.
CREATE INDEX device_checkpoint_branch ON device_checkpoint (tenant_id, branch_id);
--> statement-breakpoint
CREATE TABLE device_manifest (
  tenant_id uuid NOT NULL,
  device_id uuid NOT NULL,
  manifest text NOT NULL,
  reported_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, device_id),
  FOREIGN KEY (tenant_id, device_id) REFERENCES device (tenant_id, device_id)
);
--> statement-breakpoint
-- The gate: one row per (tenant, client_op_id), for ever (G1, G2). Payload and outcome are the texts that were received and answered.
CREATE TABLE operation (
  tenant_id uuid NOT NULL,
  client_op_id uuid NOT NULL,
  lane text NOT NULL CHECK (lane IN ('replay', 'direct')),
  device_id uuid,
  device_seq bigint,
  type text NOT NULL,
  version integer NOT NULL,
  branch_id uuid,
  actor_id uuid NOT NULL,
  payload text NOT NULL,
  payload_hash text NOT NULL,
  depends_on uuid[] NOT NULL,
  occurred_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  -- The stream the operation was judged in; null for a tenant-wide one without a branch.
  stream_branch_id uuid,
  status text NOT NULL CHECK (status IN ('SYNCED', 'FAILED')),
  result text,
  stream_seq bigint,
  failure text,
  failure_code text,
  amount_minor bigint,
  amount_currency text,
  attempt integer NOT NULL DEFAULT 1,
  decided_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, client_op_id)
);
--> statement-breakpoint
-- Serves the console's operations of a device, in the order it made them.
CREATE INDEX operation_device ON operation (tenant_id, device_id, device_seq);
--> statement-breakpoint
-- Serves the list of failed operations, newest first.
CREATE INDEX operation_failed ON operation (tenant_id, decided_at DESC, client_op_id) WHERE status = 'FAILED';
--> statement-breakpoint
-- Everything that was tried under an id beside its present outcome: earlier outcomes, refused reuses, refused envelopes (A5).
CREATE TABLE operation_attempt (
  tenant_id uuid NOT NULL,
  client_op_id uuid NOT NULL,
  -- SHA-256 over what was tried, so that a client that repeats a refused reuse fills one row, not a table.
  fingerprint text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('REPLACED', 'REUSED', 'REFUSED')),
  attempt integer,
  device_id uuid,
  envelope text NOT NULL,
  outcome text NOT NULL,
  requested_by text,
  reason text,
  attempted_at timestamptz NOT NULL,
  last_attempted_at timestamptz NOT NULL,
  times integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, client_op_id, fingerprint)
);
--> statement-breakpoint
-- One row per applied operation and per act of a person (M5, A5). Insert only.
CREATE TABLE audit_entry (
  tenant_id uuid NOT NULL,
  audit_id uuid NOT NULL,
  action text NOT NULL,
  client_op_id uuid,
  lane text,
  branch_id uuid,
  device_id uuid,
  actor_id uuid,
  operator text,
  reason text,
  details text,
  captured_at timestamptz,
  applied_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, audit_id)
);
--> statement-breakpoint
CREATE INDEX audit_entry_time ON audit_entry (tenant_id, applied_at DESC);
--> statement-breakpoint
CREATE TABLE webhook (
  tenant_id uuid NOT NULL,
  webhook_id uuid NOT NULL,
  url text NOT NULL,
  secret text NOT NULL,
  status text NOT NULL DEFAULT 'ACTIVE' CHECK (status IN ('ACTIVE', 'DISABLED')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, webhook_id),
  FOREIGN KEY (tenant_id) REFERENCES tenant (tenant_id),
  CONSTRAINT webhook_url UNIQUE (tenant_id, url)
);
--> statement-breakpoint
-- One row per event and webhook, written with the operation (G5), deleted by the relay when delivered.
CREATE TABLE outbox_event (
  tenant_id uuid NOT NULL,
  event_id uuid NOT NULL,
  webhook_id uuid NOT NULL,
  event_type text NOT NULL,
  body text NOT NULL,
  created_at timestamptz NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL,
  last_error text,
  PRIMARY KEY (tenant_id, event_id, webhook_id)
);
--> statement-breakpoint
-- Serves the relay: which tenants have something due, and what.
CREATE INDEX outbox_event_due ON outbox_event (tenant_id, next_attempt_at);
--> statement-breakpoint
-- Support staff are ours, not a tenant's: a small reference table.
CREATE TABLE support_user (
  support_user_id uuid PRIMARY KEY,
  email text NOT NULL UNIQUE,
  password_hash text NOT NULL,
  role text NOT NULL CHECK (role IN ('VIEWER', 'OPERATOR', 'ADMIN')),
  status text NOT NULL DEFAULT 'ACTIVE' CHECK (status IN ('ACTIVE', 'REVOKED')),
  created_at timestamptz NOT NULL DEFAULT now()
);
--> statement-breakpoint
CREATE TABLE support_session (
  token_hash text PRIMARY KEY,
  support_user_id uuid NOT NULL REFERENCES support_user (support_user_id),
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
