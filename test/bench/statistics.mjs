// Medians and quartiles, of figures and of their ratios.

/** The value below which such a share of the values lies, interpolated between neighbours. */
export function quantile(values, share) {
  const sorted = values.toSorted((one, other) => one - other)
  const position = (sorted.length - 1) * share
  const below = Math.floor(position)
  const above = Math.ceil(position)
  return sorted[below] + (sorted[above] - sorted[below]) * (position - below)
}

/** @param {number[]} values at least one */
export const summarize = (values) => ({
  median: quantile(values, 0.5),
  low: quantile(values, 0.25),
  high: quantile(values, 0.75),
})

/** Each value over the one of the same round: what slows the machine for a while slows both. */
export const summarizeRatios = (values, bases) =>
  summarize(values.map((value, round) => value / bases[round]))
