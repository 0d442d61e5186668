import * as core from '../src/index.ts';
import type { Vectors } from './vectors.ts';

export interface Outcome {
  readonly name: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** Runs every vector and tells what came out beside what should have. The same code runs in Node and in a browser. */
export function runVectors(vectors: Vectors): Outcome[] {
  return [
    ...vectors.canonicalJson.map(({ name, json, canonical, sha256 }) => {
      const value = JSON.parse(json) as core.JsonValue;
      const text = core.canonicalJson(value);
      return outcome(name, { fault: null, canonical, sha256, ofText: sha256, again: canonical }, {
        fault: core.checkJson(value),
        canonical: text,
        sha256: core.payloadHash(value),
        ofText: core.hashOfCanonical(text),
        again: core.canonicalJson(JSON.parse(text) as core.JsonValue),
      });
    }),
    ...vectors.notStorable.map(({ name, json, path, reason }) => outcome(name, { path, reason }, core.checkJson(JSON.parse(json)))),
    ...vectors.proof.map(({ name, entities, proof }) => {
      const builder = new core.ProofBuilder();
      const hashes = entities.map((entity) => {
        builder.add(entity.entityKind, entity.entityId, entity.payloadHash);
        return core.entityHash(entity.entityKind, entity.entityId, entity.payloadHash);
      });
      return outcome(name, { hashes: entities.map((entity) => entity.entityHash), proof }, { hashes, proof: builder.toProof() });
    }),
    ...vectors.scopes.map(({ input, scopes, kinds, hash }) => outcome(input.join(), { kind: 'ok', scopes, kinds, hash }, core.parseScopes(input))),
    ...vectors.cursor.map(({ name, keyId, secret, fields, token }) => {
      const keys = { current: { id: keyId, secret }, accepted: [] };
      return outcome(name, { token, opened: { kind: 'ok', fields } }, { token: core.encodeCursor(fields, keys), opened: core.decodeCursor(token, keys) });
    }),
  ];
}

function outcome(name: string, expected: unknown, actual: unknown): Outcome {
  return { name, expected, actual };
}
