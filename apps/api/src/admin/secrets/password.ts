import { scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';

/** log2 of scrypt's N. 2^14 with r = 8 costs about 40 ms and 16 MiB, on a thread of libuv's pool. */
const COST_LOG2 = 14;
const BLOCK_SIZE = 8;
const PARALLELISM = 1;
const SALT_BYTES = 16;
const KEY_BYTES = 32;

/** `scrypt$<log2 N>$<r>$<p>$<salt>$<key>`: the parameters travel with the hash, so they can be raised later. */
export async function hashPassword(password: string, randomBytes: (length: number) => Uint8Array): Promise<string> {
  const salt = Buffer.from(randomBytes(SALT_BYTES));
  const key = await derive(password, salt, { costLog2: COST_LOG2, blockSize: BLOCK_SIZE, parallelism: PARALLELISM });
  return ['scrypt', COST_LOG2, BLOCK_SIZE, PARALLELISM, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/**
 * True when the password is the hash's. With `stored` null it does the same work and answers false, so that
 * the time of an answer does not tell whether there is anything to guess.
 */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const parsed = stored === null ? null : parseStored(stored);
  const { salt, key, cost } = parsed ?? decoy;
  const derived = await derive(password, salt, cost);
  return timingSafeEqual(derived, key) && parsed !== null;
}

interface Cost {
  readonly costLog2: number;
  readonly blockSize: number;
  readonly parallelism: number;
}

const decoy = {
  salt: Buffer.alloc(SALT_BYTES),
  key: Buffer.alloc(KEY_BYTES),
  cost: { costLog2: COST_LOG2, blockSize: BLOCK_SIZE, parallelism: PARALLELISM },
};

function parseStored(stored: string): { salt: Buffer; key: Buffer; cost: Cost } {
  const [scheme, costLog2, blockSize, parallelism, salt, key] = stored.split('$');
  if (scheme !== 'scrypt' || salt === undefined || key === undefined) throw new Error('not a password hash of this service');
  const cost = { costLog2: Number(costLog2), blockSize: Number(blockSize), parallelism: Number(parallelism) };
  return { salt: Buffer.from(salt, 'base64url'), key: Buffer.from(key, 'base64url'), cost };
}

function derive(password: string, salt: Buffer, cost: Cost): Promise<Buffer> {
  const options: ScryptOptions = { N: 2 ** cost.costLog2, r: cost.blockSize, p: cost.parallelism, maxmem: 256 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
