import postgres from 'postgres';
import { type ConnectionOptions, SESSION_SETTINGS } from './connection.ts';

export type Unlisten = () => Promise<void>;

export interface Hints {
  listen(channel: string, onPayload: (payload: string) => void, onListening?: () => void): Promise<Unlisten>;
  notify(channel: string, payload: string): Promise<void>;
  close(): Promise<void>;
}

/** LISTEN and NOTIFY on connections of their own. The driver reconnects by itself here, since no transaction is at stake. */
export function openHints(options: ConnectionOptions): Hints {
  const sql = postgres(options.url, {
    max: 1,
    fetch_types: false,
    prepare: false,
    onnotice: () => {},
    connection: {
      application_name: `${options.applicationName} hints`,
      ...(options.role === null ? {} : { role: options.role }),
      ...SESSION_SETTINGS,
    },
  });
  return {
    listen: async (channel, onPayload, onListening) => {
      const listening = await sql.listen(channel, onPayload, onListening);
      return () => listening.unlisten();
    },
    notify: async (channel, payload) => {
      await sql.notify(channel, payload);
    },
    close: () => sql.end({ timeout: 1 }),
  };
}
