/** How planners did, in words and as JSON: what was found, which calls failed, what each model used and cost. */
import type { ModelMetrics, PlannerMetrics } from '../core/planner-metrics.js'
import { snakeCased } from '../core/snake-case.js'

export const usedText = ({ findings, failedCalls, models }: PlannerMetrics): ReadonlyArray<string> => [
  ...(Object.keys(findings).length > 0 ? [`found: ${countsText(findings)}`] : []),
  ...(Object.keys(failedCalls).length > 0 ? [`failed calls: ${countsText(failedCalls)}`] : []),
  ...Object.entries(models).map(([model, used]) => `${model}: ${modelText(used)}`),
]

export const countsText = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([code, count]) => (count === 1 ? code : `${count} × ${code}`))
    .join(', ')

const modelText = ({ calls, costUsd, tookMs, ...tokens }: ModelMetrics): string => {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = tokens
  const input = inputTokens + cacheReadTokens + cacheWriteTokens
  return `${calls} calls, ${input} tokens in (${cacheReadTokens} of them from the cache), ${outputTokens} out, $${costUsd.toFixed(4)}, ${(tookMs / 1_000).toFixed(1)} s`
}

export const metricsAsJson = ({ models, ...metrics }: PlannerMetrics) => ({
  ...snakeCased(metrics),
  models: Object.fromEntries(Object.entries(models).map(([model, used]) => [model, snakeCased(used)])),
})
