import { BlockList, isIP } from 'node:net';
import { RequestError } from '../../engine/request-error.ts';

const LOOPBACK_NAMES = /(^|\.)localhost$/;
/** The clouds' metadata services hand out the machine's own keys. */
const METADATA_NAMES = ['metadata', 'metadata.google.internal'];

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addSubnet('0.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');
loopback.addAddress('::', 'ipv6');

const linkLocal = new BlockList();
linkLocal.addSubnet('169.254.0.0', 16);
linkLocal.addAddress('100.100.100.200');
linkLocal.addSubnet('fe80::', 10, 'ipv6');
linkLocal.addAddress('fd00:ec2::254', 'ipv6');

/**
 * A webhook's URL in its one spelling, or a refusal: http or https, without credentials, and not this machine or its network's
 * own services, which would let an administrator of a tenant talk to what only the service can reach. Names are not
 * resolved here: what a name stands for may be another address at the next delivery.
 */
export function webhookUrl(url: string, { allowLoopback }: { readonly allowLoopback: boolean }): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol) || parsed.username !== '' || parsed.password !== '') {
    throw refused('A webhook URL is http or https and holds no credentials.', 'not a webhook URL');
  }
  const host = parsed.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (METADATA_NAMES.includes(host) || isIn(linkLocal, host)) {
    throw refused('A webhook URL must not point at a link-local or metadata address.', 'link-local or metadata address');
  }
  if (!allowLoopback && (LOOPBACK_NAMES.test(host) || isIn(loopback, host))) {
    throw refused('A webhook URL must not point at this machine (WEBHOOK_ALLOW_LOOPBACK=on allows it).', 'loopback address');
  }
  return parsed.href;
}

function isIn(list: BlockList, host: string): boolean {
  const family = isIP(host);
  return family !== 0 && list.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

function refused(message: string, issue: string): RequestError {
  return new RequestError('BAD_REQUEST', message, { issues: [{ path: 'url', message: issue }] });
}
