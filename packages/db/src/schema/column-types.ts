import { bigint, customType, timestamp } from 'drizzle-orm/pg-core';

/** An instant as ISO-8601 UTC text. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'string' });

/** A bigint within the safe integers; the connection throws on others. */
export const int8 = (name: string) => bigint(name, { mode: 'number' });

/** A SHA-256 as PostgreSQL can XOR it: 256 digits 0 and 1. */
export const bit256 = customType<{ data: string }>({ dataType: () => 'bit(256)' });
