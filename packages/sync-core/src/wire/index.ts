export * from './device.ts';
export * from './direct.ts';
export * from './pull.ts';
export type { EnvelopeOrFault } from './envelope.ts';
export { parsePushInput, type PushInput } from './push-input.ts';
export * from './report.ts';
export * from './results.ts';
