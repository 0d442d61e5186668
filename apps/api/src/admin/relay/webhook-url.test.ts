import { expect, test } from 'vitest';
import { webhookUrl } from './webhook-url.ts';

function issueOf(url: string, allowLoopback = false): unknown {
  try {
    return webhookUrl(url, { allowLoopback });
  } catch (error) {
    return error;
  }
}

test('a webhook URL is http or https without credentials, in one spelling', () => {
  expect(issueOf('HTTPS://Hooks.Example.org:443/a b')).toBe('https://hooks.example.org/a%20b');
  for (const url of ['ftp://example.com', 'file:///etc/passwd', 'javascript:alert(1)', 'http://user:pass@example.com', 'http://user@example.com', 'nonsense', '']) {
    expect(issueOf(url, true)).toMatchObject({ code: 'BAD_REQUEST', data: { issues: [{ path: 'url', message: 'not a webhook URL' }] } });
  }
});

test.each(['localhost', 'LOCALHOST.', 'api.localhost', '127.0.0.1', '127.8.8.8', '2130706433', '0x7f.1', '0.0.0.0', '[::1]', '[::]', '[::ffff:127.0.0.1]'])(
  'http://%s is this machine: only where the setting allows it',
  (host) => {
    expect(issueOf(`http://${host}/`)).toMatchObject({ code: 'BAD_REQUEST', data: { issues: [{ path: 'url', message: 'loopback address' }] } });
    expect(issueOf(`http://${host}/`, true)).toEqual(expect.stringMatching(/^http:/));
  },
);

test.each(['169.254.169.254', '169.254.1.1', '0xa9fea9fe', '[fe80::1]', '[::ffff:169.254.169.254]', '100.100.100.200', '[fd00:ec2::254]', 'metadata.google.internal', 'metadata'])(
  'http://%s hands out what only this machine may know: never',
  (host) => {
    expect(issueOf(`http://${host}/`, true)).toMatchObject({ code: 'BAD_REQUEST', data: { issues: [{ path: 'url', message: 'link-local or metadata address' }] } });
  },
);

test('other addresses are receivers', () => {
  for (const url of ['http://10.0.0.5/', 'http://[2001:db8::1]/', 'http://localhost.example.org/', 'http://100.100.100.201/']) expect(issueOf(url)).toBe(url);
});
