import { Agent, request } from 'node:http';

export interface Subscription {
  close(): void;
}

/** Opens `sync.nudges` as a plain event stream; resolves when the first event is there. `onEvent` gets each event's data text. */
export function subscribeNudges(
  baseUrl: string,
  options: { token: string; branchId: string; onEvent: (data: string) => void },
): Promise<Subscription> {
  const input = encodeURIComponent(JSON.stringify({ branchId: options.branchId }));
  const url = new URL(`/trpc/sync.nudges?input=${input}`, baseUrl);
  const headers = { authorization: `Bearer ${options.token}`, accept: 'text/event-stream' };
  return new Promise((resolve, reject) => {
    const call = request(url, { headers, agent: new Agent({ keepAlive: false }) }, (answer) => {
      if (answer.statusCode !== 200) {
        reject(new Error(`sync.nudges answered ${String(answer.statusCode)}`));
        answer.resume();
        return;
      }
      let rest = '';
      answer.setEncoding('utf8');
      answer.on('data', (text: string) => {
        resolve({ close: () => call.destroy() });
        const blocks = (rest + text).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) {
          const data = block.split('\n').find((line) => line.startsWith('data:'));
          if (data !== undefined) options.onEvent(data.slice('data:'.length).trim());
        }
      });
    });
    call.on('error', reject);
    call.end();
  });
}
