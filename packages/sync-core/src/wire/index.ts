export * from './device.ts';
export * from './direct.ts';
export type { EnvelopeOrFault } from './envelope.ts';
export * from './operations.ts';
export * from './pull.ts';
export { parsePushInput, type PushInput } from './push-input.ts';
export * from './report.ts';
