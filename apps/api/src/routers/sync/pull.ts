import { assertNever, parseScopes, type Change, type PullPage } from '@modula/sync-core';
import { pullInput } from '@modula/sync-core/wire';
import type { Engine, PulledPage, PullInput } from '../../engine/engine.ts';
import { RequestError } from '../../engine/request-error.ts';
import { devices } from '../admit.ts';
import { createDoor, type Door, type DoorDeps } from '../door.ts';
import { badRequest, parseShape } from '../shape.ts';

export interface PullWire {
  readonly branchId: string;
  readonly moduleScopes: readonly string[];
  readonly cursor?: string | null;
  readonly limit?: number;
}

/** `sync.pull`: the next page of changes (contract 2.2), with the changes still as text. */
export function pullDoor(deps: DoorDeps, engine: Engine): Door<PulledPage> {
  const { metrics } = deps;
  return createDoor(deps, {
    name: 'sync.pull',
    admit: devices,
    parse: pullInputOf,
    run: async (session, input) => {
      try {
        const page = await engine.pull(session, input);
        metrics.pulledBytes.inc(page.changesText.length);
        return page;
      } catch (error) {
        if (error instanceof RequestError && error.code === 'RESET_REQUIRED') metrics.resets.inc({ reason: reasonOf(error) });
        throw error;
      }
    },
  });
}

/** The page for callers that take objects: the changes are parsed here and written again by tRPC. The fast path spares both. */
export function parsedPage({ changesText, ...page }: PulledPage): PullPage {
  // The engine wrote this text from rows of changes; it is the wire form of Change[].
  return { changes: JSON.parse(changesText) as readonly Change[], ...page };
}

/** The page as JSON text. The changes are put in as they are stored (design decision 19). */
export function pageText({ changesText, ...page }: PulledPage): string {
  return `{"changes":${changesText},${JSON.stringify(page).slice(1)}`;
}

function reasonOf({ data }: RequestError): string {
  return typeof data['reason'] === 'string' ? data['reason'] : 'UNKNOWN';
}

function pullInputOf(sent: unknown): PullInput {
  const input = parseShape(pullInput, sent);
  const scopes = parseScopes(input.moduleScopes);
  switch (scopes.kind) {
    case 'ok':
      return input;
    case 'empty':
      throw badRequest([{ path: 'moduleScopes', message: 'must name at least one module or kind' }]);
    case 'unknown': {
      const at = input.moduleScopes.indexOf(scopes.scope);
      throw badRequest([{ path: `moduleScopes[${at}]`, message: `there is no module or kind ${JSON.stringify(scopes.scope)}` }]);
    }
    default:
      return assertNever(scopes);
  }
}
