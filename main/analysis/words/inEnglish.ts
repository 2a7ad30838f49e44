import type { Statement } from '../../../preload/contract.ts';
import { limitText } from './limitText.ts';

/** A statement beside the same in English. */
export interface Said {
  readonly sentence: string;
  readonly said: Statement;
}

export function said(statement: Statement): Said {
  return { sentence: inEnglish(statement), said: statement };
}

/** A statement as the command line, reports and files write it. */
export function inEnglish({ code, values }: Statement): string {
  switch (code) {
    case 'limit-kept':
      return decided('clears', values);
    case 'limit-missed':
      return decided('misses', values);
    case 'limit-close':
      return `${limitText(values.limit, endless(values.value))} is within the noise of ${limitText(values.limit, values.asked)} (${percent(values.confidence)} likely to keep it)`;
    case 'limit-unknown':
      return `${limitText(values.limit, values.asked)} can be neither kept nor broken: ${values.reason}`;
    case 'binds-alone':
      return `${limitText(values.limit, values.asked)} binds: without it ${values.freed} of ${values.models} models would fit`;
    case 'binds-with-others':
      return `${limitText(values.limit, values.asked)} binds: ${values.breaking} of ${values.models} models break it, and lifting it alone would not be enough`;
    case 'relaxed-in-vain':
      return `${change(values)} would admit nothing better`;
    case 'relaxed-admits': {
      const gain = values.gain === null ? '' : `, ${signed(values.gain)} points`;
      return `${change(values)} would admit ${values.model} (${values.top1.toFixed(2)} %${gain})`;
    }
    case 'relaxed-wins':
      return `from ${limitText(values.limit, values.to)} on, ${winner(values)} would win`;
    case 'tightened-wins':
      return `${tightened(values)}, and ${winner(values)} would win`;
    case 'tightened-to-nothing':
      return `${tightened(values)}, and nothing is sure to fit`;
    case 'equals':
      return `${values.models.join(', ')} cannot be told apart: top-1 within ${values.points} points, ${values.slowestFps.toFixed(1)} to ${values.fastestFps.toFixed(1)} FPS with overlapping intervals`;
    case 'accuracy-of-fp32':
      return `the top-1 is that of the fp32 weights; ${values.precision} may lose some of it`;
    case 'slower-than-fp32':
      return `${values.precision} is ${values.times.toFixed(2)} times slower than fp32 on ${values.provider}`;
    case 'some-flagged':
      return `${values.flagged} of ${values.models} results carry a flag; measure them again before you rely on them.`;
    case 'none-sure':
      return 'No model is sure to keep all limits; those ranked here may.';
    case 'all-published':
      return published('All');
    case 'some-published':
      return published(`${values.published} of ${values.models}`);
    case 'int8-slower':
      return `int8 is slower than fp32 in ${values.slower} of the ${values.both} configurations measured both ways.`;
    case 'batch-not-published':
      return `No figures are published at batch ${values.batch}: each model stands with the batch that was.`;
    case 'figures-of-titan-x':
      return 'PyTorch with cuDNN, fp32, mean of ten runs; memory is the GPU memory in use, CUDA context included. Top-1 as printed in the paper, else read off its figure 1. Multiply-adds count convolutions only.';
    case 'figures-of-jetson-tx1':
      return 'PyTorch with cuDNN, fp32, mean of ten runs. The paper gives no memory for the TX1 and uses that of the Titan X Pascal; so do these figures. Empty cells ran out of memory. Top-1 as printed in the paper, else read off its figure 1.';
    case 'figures-of-timm': {
      const { precision, leastBatch: least, mostBatch: most } = values;
      const batches =
        least === most ? `batch ${least}` : `batch ${least} to ${most}, the largest that fitted`;
      return `Published by timm: PyTorch, ${precision}, ${batches}; memory is not published. Each model is at its image size, with its best ImageNet-1k weights.${most > 1 ? ' Latency at batch 1 cannot be told from these throughputs.' : ''}`;
    }
    case 'left-out':
      return leftOut(values.models, lackTexts[values.lack]);
    case 'left-out-of-front':
      return leftOut(values.models, `whose ${values.metrics.join(', ')} are not all known`);
    case 'memory-is':
      return `Memory: ${values.method}.`;
    case 'conditions-differ':
      return `Not the hardware alone differs: ${values.differences
        .map(({ condition, here, there }) => `${condition} (${here ?? own} here, ${there ?? own} there)`)
        .join(', ')}.`;
    case 'differs-in':
      return difference(values);
    case 'probes-speed':
      return 'To learn how fast this machine is: too few results to predict from.';
    case 'likely-among-best':
      return `${latency(values)} is predicted: ${Math.round(100 * values.share)} % likely to be among the best five.`;
    case 'hurried-before':
      return `Measured in a hurry: in ${Math.round(100 * values.share)} % of what is likely, a better look changes the best five.`;
    case 'predicted-latency':
      return `Predicted ${latency(values)}`;
    case 'five-are-better':
      return `Five better ones keep the limits; ${values.fifth} (${values.top1.toFixed(2)} %) is the fifth.`;
    case 'ended-before':
      return 'The sweep ended before its turn.';
  }
}

type ValuesOf<Code extends Statement['code']> = Extract<Statement, { code: Code }>['values'];

function decided(verb: string, values: ValuesOf<'limit-kept'>): string {
  const { limit, value, asked, share, confidence, withoutInterval } = values;
  const surety = withoutInterval
    ? ' (a published figure without an interval)'
    : confidence === null
      ? ''
      : ` (${percent(confidence)} confidence)`;
  return `${limitText(limit, endless(value))} ${verb} ${limitText(limit, asked)} by ${(endless(share) * 100).toFixed(1)} %${surety}`;
}

function change({ limit, from, to }: ValuesOf<'relaxed-in-vain'>): string {
  return `${limitText(limit, to)} instead of ${limitText(limit, from)}`;
}

function tightened({ limit, to, today }: ValuesOf<'tightened-to-nothing'>): string {
  const past = limit.startsWith('max') ? 'below' : 'above';
  return `${past} ${limitText(limit, to)} ${today} is no longer sure of it`;
}

function winner({ model, top1 }: { model: string; top1: number }): string {
  return `${model} (${top1.toFixed(2)} %)`;
}

function difference({ trait, value, usual, isSlow }: ValuesOf<'differs-in'>): string {
  const whole = (share: number) => `${(100 * share).toFixed(0)} %`;
  const only = isSlow ? '' : 'only ';
  switch (trait) {
    case 'memory-bound':
      return `${only}${whole(value)} of its traffic is in memory-bound kernels (usual here: ${whole(usual)})`;
    case 'depthwise':
      return `${isSlow ? whole(value) : 'none'} of its multiply-adds are depthwise (usual here: ${whole(usual)})`;
    case 'narrow-groups':
      return isSlow
        ? `${whole(value)} of its multiply-adds are in convolutions over narrow groups`
        : `no convolutions over narrow groups (usual here: ${whole(usual)})`;
    case 'kernels':
      return `${only}${value.toFixed(0)} kernels per GMAC (usual here: ${usual.toFixed(0)})`;
    case 'weight-bytes':
      return `${only}${(1000 * value).toFixed(0)} bytes of weights per 1,000 multiply-adds (usual here: ${(1000 * usual).toFixed(0)})`;
  }
}

const own = 'each its own';

const lackTexts: Readonly<Record<ValuesOf<'left-out'>['lack'], string>> = {
  'macs-or-params': 'whose multiply-adds or parameters are not known',
  macs: 'whose multiply-adds are not known',
  params: 'whose parameters are not known',
  'memory-or-params': 'whose memory or parameters are not known',
  'second-batch': 'that were seen at one batch size only',
  'other-side': 'that the other side lacks at that input size',
};

function leftOut(models: number, why: string): string {
  return `${models} ${models === 1 ? 'model is' : 'models are'} left out ${why}.`;
}

/** "9.67 ms (6.42 – 14.54, 103.4 FPS)". */
function latency({ median, low, high, fps }: ValuesOf<'predicted-latency'>): string {
  const range = low === null || high === null ? '' : `${low.toFixed(2)} – ${high.toFixed(2)}, `;
  return `${median.toFixed(2)} ms (${range}${fps.toFixed(1)} FPS)`;
}

function published(subject: string): string {
  return `${subject} figures are published ones, not measured here: another runtime, and no interval is known, so limits are compared with the bare figure.`;
}

/** What JSON cannot hold. */
function endless(value: number | null): number {
  return value ?? Number.POSITIVE_INFINITY;
}

function signed(points: number): string {
  return `${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(2)}`;
}

/** "97 %", "99.3 %", "> 99.9 %": never rounded up to certainty. */
function percent(probability: number): string {
  const value = 100 * probability;
  if (value > 99.9) return '> 99.9 %';
  return `${value.toFixed(value > 99 ? 1 : 0)} %`;
}
