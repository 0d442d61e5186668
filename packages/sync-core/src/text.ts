// With the u flag a pair of surrogates is one code point, so this finds only lone ones.
const loneSurrogate = /\p{Surrogate}/u;

/** What makes a string unfit for a payload or an id, or null (G6). */
export function checkText(text: string): 'BAD_UNICODE' | 'NUL' | null {
  if (text.includes('\u0000')) return 'NUL';
  return loneSurrogate.test(text) ? 'BAD_UNICODE' : null;
}

/** Length of a well-formed string in UTF-8, counted without encoding it. */
export function utf8Bytes(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    // Each half of a surrogate pair counts two of the pair's four bytes.
    else if (unit >= 0xd800 && unit <= 0xdfff) bytes += 2;
    else bytes += 3;
  }
  return bytes;
}
