import { parseBranchId } from '@modula/sync-core';
import { tracked } from '@trpc/server';
import { z } from 'zod';
import { RequestError } from '../../engine/request-error.ts';
import type { DeviceSession } from '../../engine/session.ts';
import type { NudgeHub } from '../../platform/nudges/nudge-hub.ts';
import { devices } from '../admit.ts';
import { createDoor, type DoorDeps } from '../door.ts';
import { parseShape } from '../shape.ts';
import { asSent, publicProcedure } from '../trpc.ts';

export interface NudgesWire {
  /** The device's own branch, which is meant anyway when it is left out. */
  readonly branchId?: string;
}

// `lastEventId` comes from tRPC at a reconnect. The present head is sent first in any case, so it adds nothing.
const nudgesInput = z.object({ branchId: z.string().max(36).nullish(), lastEventId: z.string().max(100).nullish() }).nullish();

/** `sync.nudges`: `{branchId, head}` now and whenever the stream moves, until the device loses its token or its branch. */
export function nudgesProcedure(deps: DoorDeps, hub: NudgeHub) {
  const listener = createDoor(deps, {
    name: 'sync.nudges',
    admit: devices,
    parse: ownBranch,
    run: (session) => Promise.resolve(session),
  });
  return publicProcedure.input(asSent<NudgesWire | undefined>()).subscription(async function* ({ ctx, input, signal }) {
    const session = await listener(ctx, input);
    for await (const head of hub.heads(session, signal ?? new AbortController().signal)) {
      yield tracked(String(head), { branchId: String(session.branchId), head });
    }
  });
}

function ownBranch(sent: unknown, session: DeviceSession): null {
  const input = parseShape(nudgesInput, sent);
  const named = input?.branchId ?? null;
  if (named !== null && parseBranchId(named) !== session.branchId) {
    throw new RequestError('FORBIDDEN', 'A device listens to its own branch.');
  }
  return null;
}
