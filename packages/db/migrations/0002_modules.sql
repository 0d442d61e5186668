-- The reference modules' tables. The engine never joins them. Lock taken: none (new tables). Safe while old code serves: yes.
-- Ids that a device makes are text of 1 to 100 characters and are the entity ids (M4).
CREATE TABLE sale (
  tenant_id uuid NOT NULL,
  sale_id text NOT NULL,
  branch_id uuid NOT NULL,
  device_id uuid,
  actor_id uuid NOT NULL,
  cash_session_id text NOT NULL,
  status text NOT NULL CHECK (status IN ('FINALIZED', 'VOIDED')),
  -- The sale as captured: the operation's payload, unchanged (M1).
  captured text NOT NULL,
  -- How menu, policy or discounts had moved on when it was applied; null: not at all.
  variance text,
  grand_total_minor bigint NOT NULL,
  tender_method text NOT NULL,
  finalized_at timestamptz NOT NULL,
  void_reason text,
  voided_at timestamptz,
  client_op_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, sale_id)
);
--> statement-breakpoint
CREATE TABLE cash_session (
  tenant_id uuid NOT NULL,
  cash_session_id text NOT NULL,
  branch_id uuid NOT NULL,
  device_id uuid,
  opened_by uuid NOT NULL,
  status text NOT NULL CHECK (status IN ('OPEN', 'CLOSED')),
  opening_float_minor bigint NOT NULL,
  cash_sales_minor bigint NOT NULL,
  paid_in_minor bigint NOT NULL,
  paid_out_minor bigint NOT NULL,
  adjustment_minor bigint NOT NULL,
  expected_minor bigint NOT NULL,
  counted_minor bigint,
  variance_minor bigint,
  opened_at timestamptz NOT NULL,
  closed_at timestamptz,
  closed_by uuid,
  PRIMARY KEY (tenant_id, cash_session_id)
) WITH (fillfactor = 70);
--> statement-breakpoint
-- One open session per device (M2), held a second time by the database.
CREATE UNIQUE INDEX cash_session_open_device ON cash_session (tenant_id, device_id) WHERE status = 'OPEN';
--> statement-breakpoint
CREATE TABLE cash_movement (
  tenant_id uuid NOT NULL,
  movement_id text NOT NULL,
  branch_id uuid NOT NULL,
  cash_session_id text NOT NULL,
  actor_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('PAID_IN', 'PAID_OUT', 'ADJUSTMENT')),
  amount_minor bigint NOT NULL,
  reason text NOT NULL,
  occurred_at timestamptz NOT NULL,
  client_op_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, movement_id)
);
--> statement-breakpoint
CREATE TABLE attendance_work (
  tenant_id uuid NOT NULL,
  work_id text NOT NULL,
  branch_id uuid NOT NULL,
  actor_id uuid NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (tenant_id, work_id)
);
--> statement-breakpoint
-- Serves attendance.startWork: is this actor at work already?
CREATE INDEX attendance_work_open ON attendance_work (tenant_id, branch_id, actor_id) WHERE ended_at IS NULL;
--> statement-breakpoint
-- The projection of the stock ledger (M3). It may go below zero.
CREATE TABLE stock_item (
  tenant_id uuid NOT NULL,
  branch_id uuid NOT NULL,
  stock_item_id text NOT NULL,
  on_hand bigint NOT NULL,
  PRIMARY KEY (tenant_id, branch_id, stock_item_id)
) WITH (fillfactor = 70);
--> statement-breakpoint
-- The stock ledger (M3): rows are only ever added.
CREATE TABLE stock_movement (
  tenant_id uuid NOT NULL,
  movement_id text NOT NULL,
  branch_id uuid NOT NULL,
  stock_item_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('SALE', 'VOID', 'RESTOCK', 'ADJUST')),
  quantity bigint NOT NULL,
  on_hand_after bigint NOT NULL,
  reason text,
  client_op_id uuid NOT NULL,
  occurred_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, movement_id)
);
--> statement-breakpoint
CREATE TABLE menu_item (
  tenant_id uuid NOT NULL,
  menu_item_id text NOT NULL,
  name text NOT NULL,
  category text,
  price_minor bigint NOT NULL,
  stock_item_id text,
  active boolean NOT NULL,
  removed boolean NOT NULL,
  PRIMARY KEY (tenant_id, menu_item_id)
);
--> statement-breakpoint
CREATE TABLE menu_category (
  tenant_id uuid NOT NULL,
  category_id text NOT NULL,
  name text NOT NULL,
  position integer NOT NULL,
  removed boolean NOT NULL,
  PRIMARY KEY (tenant_id, category_id)
);
--> statement-breakpoint
CREATE TABLE branch_policy (
  tenant_id uuid NOT NULL,
  branch_id uuid NOT NULL,
  -- The seven policy keys as JSON: they are read and written together.
  policy text NOT NULL,
  PRIMARY KEY (tenant_id, branch_id)
);
--> statement-breakpoint
CREATE TABLE discount_rule (
  tenant_id uuid NOT NULL,
  discount_id text NOT NULL,
  name text NOT NULL,
  percent double precision NOT NULL,
  applies_to text NOT NULL CHECK (applies_to IN ('ALL', 'ITEMS')),
  menu_item_ids text[] NOT NULL,
  removed boolean NOT NULL,
  PRIMARY KEY (tenant_id, discount_id)
);
