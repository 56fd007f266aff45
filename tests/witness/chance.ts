import { Decimal } from "../../plugin/decimal.ts";

/** Chance that can be had again: the same seed gives the same draws, on every machine. */
export class Chance {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** From 0 up to, not including, 1. */
  private next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** Both ends included. */
  whole(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  /** With so many decimals. */
  decimal(from: number, to: number, decimals: number): Decimal {
    const scale = 10 ** decimals;
    return new Decimal(this.whole(from * scale, to * scale)).div(scale);
  }

  /** True in so many of a hundred cases. */
  percent(chance: number): boolean {
    return this.whole(1, 100) <= chance;
  }

  pick<Value>(from: readonly [Value, ...Value[]]): Value {
    return from[this.whole(0, from.length - 1)] ?? from[0];
  }

  /** So many different figures, rising. */
  rising(
    count: number,
    from: number,
    to: number,
    decimals: number,
  ): [Decimal, Decimal, ...Decimal[]] {
    const found = new Map<string, Decimal>();
    while (found.size < count) {
      const one = this.decimal(from, to, decimals);
      found.set(one.toFixed(), one);
    }
    const [first, second, ...rest] = [...found.values()].sort((a, b) => a.comparedTo(b));
    if (!first || !second) throw new Error("At least two");
    return [first, second, ...rest];
  }
}
