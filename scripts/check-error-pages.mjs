// The error pages are generated: they must be what the catalogue says (see error-pages.mjs).
process.argv.push('--check');
await import('./error-pages.mjs');
