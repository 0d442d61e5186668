import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is wrong with the places a fault names; empty when each of its texts is there exactly once. */
export function complaintsAbout(fault, folder) {
  return fault.edits.flatMap(({ file, find }) => {
    const times = textOf(join(folder, file)).split(find).length - 1;
    return times === 1 ? [] : [`"${fault.means}": its text is in ${file} ${times} times, not once:\n${find}`];
  });
}

/** Puts a fault into a copy of the source. Answers the files it changed and how to take it back. */
export function putIn(fault, folder) {
  const originals = new Map();
  for (const { file, find, replace } of fault.edits) {
    const path = join(folder, file);
    const text = textOf(path);
    if (!originals.has(path)) originals.set(path, text);
    // A function: the replacement is taken as it is, with its dollar signs.
    writeFileSync(path, text.replace(find, () => replace));
  }
  return {
    paths: [...originals.keys()],
    takeBack: () => {
      for (const [path, text] of originals) writeFileSync(path, text);
    },
  };
}

function textOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
