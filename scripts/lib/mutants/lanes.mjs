import { fork } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../root.mjs';

/** Hands work to `count` processes; each takes the next piece when it is done with one. Resolves with the answers in the order of the work. */
export async function inLanes(work, { count, onAnswer }) {
  const answers = [];
  const todo = work.map((piece, index) => ({ piece, index }));
  await Promise.all(
    Array.from({ length: Math.min(count, work.length) }, async () => {
      const lane = startLane();
      try {
        for (let next = todo.shift(); next !== undefined; next = todo.shift()) {
          answers[next.index] = await lane.ask(next.piece);
          onAnswer(next.piece, answers[next.index]);
        }
      } finally {
        await lane.end();
      }
    }),
  );
  return answers;
}

function startLane() {
  const child = fork(join(root, 'scripts', 'lib', 'mutants', 'lane.mjs'), [], { cwd: root, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return {
    ask: (piece) =>
      new Promise((resolve, reject) => {
        const onExit = (code) => reject(new Error(`a lane ended with ${code}`));
        child.once('exit', onExit);
        child.once('message', (answer) => {
          child.off('exit', onExit);
          resolve(answer);
        });
        child.send(piece);
      }),
    end: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
