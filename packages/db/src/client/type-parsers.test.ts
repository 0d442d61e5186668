import { expect, test } from 'vitest';
import { createTestDatabase } from '../testing/index.ts';
import { openDatabase } from './database.ts';
import { parseTexts } from './type-parsers.ts';

test('[A4] arrays of text are read as PostgreSQL writes them, whatever is in them', async () => {
  const awkward = ['', 'a', 'a b', 'a,b', '{}', 'quote " and \\ back', 'line\nbreak', 'null', "it's", 'ខ្មែរ'];
  const database = await createTestDatabase();
  const db = await openDatabase({ url: database.url });
  try {
    const [row] = await db.global((tx) => tx.query<{ texts: string[]; none: string[] }>(`SELECT $1::text[] AS texts, '{}'::uuid[] AS none`, [awkward]));
    expect(row).toEqual({ texts: awkward, none: [] });
  } finally {
    await db.close();
    await database.drop();
  }
});

test('[A4] an array of one empty text is not an empty array', () => {
  expect(parseTexts('{""}')).toEqual(['']);
  expect(parseTexts('{}')).toEqual([]);
});
