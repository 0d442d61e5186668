import { readFileSync } from 'node:fs';
import type { CursorFields, JsonFault, ProofOfKind } from '../src/index.ts';

// The vectors are plain JSON beside the sources, so that a client in any language can hold itself to them.
export interface Vectors {
  readonly canonicalJson: readonly { name: string; json: string; canonical: string; sha256: string }[];
  readonly notStorable: readonly { name: string; json: string; path: string; reason: JsonFault['reason'] }[];
  readonly proof: readonly {
    name: string;
    entities: readonly { entityKind: string; entityId: string; payloadHash: string; entityHash: string }[];
    proof: Record<string, ProofOfKind>;
  }[];
  readonly scopes: readonly { input: string[]; scopes: string[]; kinds: string[]; hash: string }[];
  readonly cursor: readonly { name: string; keyId: number; secret: string; fields: CursorFields; token: string }[];
}

export function readVectors(): Vectors {
  return {
    canonicalJson: read('canonical-json'),
    notStorable: read('not-storable'),
    proof: read('proof'),
    scopes: read('scopes'),
    cursor: read('cursor'),
  };
}

function read(name: string): never {
  // The files are this package's own, and a wrong one fails its test.
  return JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8')) as never;
}
