// A process of its own for the embedded tests: holds the server of a data directory until it is killed.
import { startEmbedded } from '../src/embedded/start-embedded.ts';

const [dataDir = ''] = process.argv.slice(2);
const embedded = await startEmbedded({ dataDir, durable: false });
process.stdout.write(`${embedded.url}\n`);
setInterval(() => {}, 60_000);
