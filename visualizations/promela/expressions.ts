// What rules compute from the context of a chart, and ask about it.
import type { Context, Value } from './sample.ts'

/** Something to compute from the context: a constant, a variable, or a variable and a number. */
export type Expression =
  | { readonly kind: 'constant'; readonly value: Value }
  | { readonly kind: 'variable'; readonly name: string; readonly plus: number }

/** A question about the context. */
export type Condition =
  | { readonly kind: 'is'; readonly name: string; readonly value: Value }
  /** `name + plus < other` */
  | { readonly kind: 'less'; readonly name: string; readonly plus: number; readonly other: string }

export const variable = (name: string, plus: number): Expression => ({ kind: 'variable', name, plus })

export function computed(expression: Expression, context: Context): Value | undefined {
  if (expression.kind === 'constant') return expression.value
  const value = context[expression.name]
  if (expression.plus === 0) return value
  return typeof value === 'number' ? value + expression.plus : undefined
}

export function holds(condition: Condition, context: Context): boolean {
  const value = context[condition.name]
  if (condition.kind === 'is') return value === condition.value
  return Number(value) + condition.plus < Number(context[condition.other])
}
