/** Numbers evenly spread over (0, 1), never the ends. */
export type Random = () => number;

/**
 * A seeded generator: the same seed gives the same numbers on every machine, so intervals and inputs can be repeated.
 * xoshiro128** (Blackman, Vigna: "Scrambled linear pseudorandom number generators", 2018), seeded by splitmix32.
 */
export function seededRandom(seed: number): Random {
  let mixed = seed >>> 0;
  const nextState = (): number => {
    mixed = (mixed + 0x9e3779b9) >>> 0;
    let z = mixed;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  let a = nextState();
  let b = nextState();
  let c = nextState();
  let d = nextState();
  return () => {
    const scrambled = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return (scrambled + 0.5) / 2 ** 32;
  };
}

/** Standard normal numbers, by Box and Muller (1958). */
export function normals(random: Random): () => number {
  let spare: number | null = null;
  return () => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(random()));
    const angle = 2 * Math.PI * random();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
