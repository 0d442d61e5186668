export { EmbeddedPostgresError } from './keeper-link.ts';
export { type EmbeddedOptions, type EmbeddedPostgres, startEmbedded } from './start-embedded.ts';
