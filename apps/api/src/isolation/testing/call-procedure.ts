import type { RequestRow } from './requests.ts';

export interface Answer {
  readonly status: number;
  /** JSON; of a subscription, what its first event says. */
  readonly text: string;
}

export interface ProcedureCall {
  readonly procedure: string;
  readonly method: RequestRow['method'];
  readonly token: string;
  readonly input: unknown;
}

/** Calls a procedure as a client without a library would. */
export async function callProcedure(url: string, { procedure, method, token, input }: ProcedureCall): Promise<Answer> {
  const address = `${url}/trpc/${procedure}`;
  const authorization = `Bearer ${token}`;
  if (method === 'SSE') return await firstEvent(`${address}?input=${encodeURIComponent(JSON.stringify(input))}`, authorization);
  const response =
    method === 'GET'
      ? await fetch(`${address}?input=${encodeURIComponent(JSON.stringify(input))}`, { headers: { authorization } })
      : await fetch(address, { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify(input) });
  return { status: response.status, text: await response.text() };
}

async function firstEvent(address: string, authorization: string): Promise<Answer> {
  const hangUp = new AbortController();
  const response = await fetch(address, { headers: { authorization, accept: 'text/event-stream' }, signal: hangUp.signal });
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (/"code"|"head"/.test(text)) break;
  }
  hangUp.abort();
  return { status: response.status, text: JSON.stringify(text.split('\n').filter((line) => line.startsWith('data:'))) };
}
