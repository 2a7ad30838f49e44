import { showShape, value, type ShapeRule, type ShapeRules } from './context.ts';

/** LSTM, GRU and RNN: all hidden states, the last hidden state, and for LSTM the last cell state. */
const recurrent: ShapeRule = (context) => {
  const [x, recurrence] = [context.shape(0), context.shape(2)];
  const type = context.type(0);
  const hidden = context.int('hidden_size') ?? recurrence?.[2];
  if (!x || hidden === undefined) return [0, 1, 2].map(() => value(type, undefined));
  if (x.length !== 3) throw context.contradiction(`an input of shape ${showShape(x)} is no sequence`);
  const directions = context.string('direction') === 'bidirectional' ? 2 : 1;
  const batchFirst = context.int('layout') === 1;
  const [sequence = 0, batch = 0] = batchFirst ? [x[1], x[0]] : x;
  const last = value(type, batchFirst ? [batch, directions, hidden] : [directions, batch, hidden]);
  const all = batchFirst ? [batch, sequence, directions, hidden] : [sequence, directions, batch, hidden];
  return [value(type, all), last, last];
};

export const recurrentRules: ShapeRules = [
  ['LSTM', recurrent],
  ['GRU', recurrent],
  ['RNN', recurrent],
];
