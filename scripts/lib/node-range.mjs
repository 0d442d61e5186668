/** Does a Node version satisfy an `engines.node` range? Covers what package.json files write: `>=18`, `^20.19.0 || >=22.12`, `18 - 22`, `20.x`, `*`. */
export function satisfies(version, range) {
  return range.split('||').some((alternative) => comparatorsOf(alternative.trim()).every((accepts) => accepts(parse(version))));
}

function comparatorsOf(alternative) {
  const hyphen = /^(\S+)\s+-\s+(\S+)$/.exec(alternative);
  if (hyphen) return [atLeast(hyphen[1]), below(upperOf(hyphen[2]))];
  return alternative
    .replace(/([<>=~^]+)\s+/g, '$1')
    .split(/\s+/)
    .filter((part) => part !== '')
    .flatMap(comparator);
}

function comparator(part) {
  const [, sign, text] = /^(>=|<=|>|<|=|\^|~>?|)v?(.*)$/.exec(part);
  if (text === '' || text === '*' || text === 'x') return [() => true];
  switch (sign) {
    case '>=':
      return [atLeast(text)];
    case '>':
      return [(version) => (isWhole(text) ? compare(version, parse(text)) > 0 : compare(version, upperOf(text)) >= 0)];
    case '<':
      return [below(parse(text))];
    case '<=':
      return [below(upperOf(text))];
    case '^':
      return [atLeast(text), below([parse(text)[0] + 1, 0, 0])];
    case '~':
    case '~>':
      return [atLeast(text), below(isMajorOnly(text) ? upperOf(text) : [parse(text)[0], parse(text)[1] + 1, 0])];
    default:
      return [atLeast(text), below(upperOf(text))];
  }
}

const atLeast = (text) => (version) => compare(version, parse(text)) >= 0;
const below = (bound) => (version) => compare(version, bound) < 0;
const numbersOf = (text) => text.split('-')[0].split('.').filter((part) => /^\d+$/.test(part)).map(Number);
const isWhole = (text) => numbersOf(text).length === 3;
const isMajorOnly = (text) => numbersOf(text).length === 1;

function parse(text) {
  const [major = 0, minor = 0, patch = 0] = numbersOf(text);
  return [major, minor, patch];
}

/** The first version after what a possibly partial version covers: `20` → 21.0.0, `20.1` → 20.2.0, `20.1.3` → 20.1.4. */
function upperOf(text) {
  const numbers = numbersOf(text);
  numbers[numbers.length - 1] += 1;
  return [numbers[0] ?? Infinity, numbers[1] ?? 0, numbers[2] ?? 0];
}

function compare(left, right) {
  for (const index of [0, 1, 2]) if (left[index] !== right[index]) return left[index] - right[index];
  return 0;
}
