import { expect, test } from 'vitest';
import { createLookAgain } from './look-again.ts';

test('a hundred movements during one look are one more look, and another tenant waits for nobody', async () => {
  const looks: string[] = [];
  const ends: (() => void)[] = [];
  const lookAgain = createLookAgain((tenant: string) => {
    looks.push(tenant);
    return new Promise((resolve) => {
      ends.push(resolve);
    });
  });
  for (let movement = 0; movement < 100; movement += 1) lookAgain('aroma');
  lookAgain('other');
  expect(looks).toEqual(['aroma', 'other']);
  ends.shift()?.();
  await Promise.resolve();
  expect(looks).toEqual(['aroma', 'other', 'aroma']);
  for (const end of ends) end();
  await Promise.resolve();
  await Promise.resolve();
  lookAgain('aroma');
  expect(looks).toEqual(['aroma', 'other', 'aroma', 'aroma']);
});
