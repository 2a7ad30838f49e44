/**
 * Channels to the nearest multiple of `divisor`, at least one multiple, and never below `limit` of what was asked:
 * the rule of MobileNet-v2's reference code (tensorflow/models, `_make_divisible`), which all its descendants follow.
 */
export function roundChannels(channels: number, divisor = 8, limit = 0.9): number {
  const rounded = Math.max(divisor, Math.floor((channels + divisor / 2) / divisor) * divisor);
  return rounded < limit * channels ? rounded + divisor : rounded;
}
