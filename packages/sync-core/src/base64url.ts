const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const valueOf = new Map(Array.from(alphabet, (letter, value) => [letter, value]));

// Only whole groups of three bytes: the cursor is laid out so, and without padding bits a token has exactly one spelling.

export function encodeBase64Url(bytes: Uint8Array): string {
  if (bytes.length % 3 !== 0) throw new RangeError('base64url here takes whole groups of three bytes');
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (const shift of [18, 12, 6, 0]) text += alphabet.charAt((group >>> shift) & 63);
  }
  return text;
}

export function decodeBase64Url(text: string): Uint8Array | null {
  if (text.length % 4 !== 0) return null;
  const bytes = new Uint8Array((text.length / 4) * 3);
  for (let from = 0, to = 0; from < text.length; from += 4, to += 3) {
    let group = 0;
    for (let letter = from; letter < from + 4; letter += 1) {
      const value = valueOf.get(text.charAt(letter));
      if (value === undefined) return null;
      group = (group << 6) | value;
    }
    bytes[to] = group >>> 16;
    bytes[to + 1] = (group >>> 8) & 255;
    bytes[to + 2] = group & 255;
  }
  return bytes;
}
