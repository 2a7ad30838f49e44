import type { Flag, FlagStatement } from '../../preload/contract.ts';

/** A flag that says what was found. */
export function flagSaying(code: Flag['code'], said: FlagStatement): Flag {
  return { code, message: flagMessage(said), said };
}

/** What a flag found, in English. */
export function flagMessage({ code, values }: FlagStatement): string {
  switch (code) {
    case 'interval-too-wide':
      return `The 95 % interval is ±${percent(values.reached, 1)} %; ±${percent(values.asked, 1)} % was asked for.`;
    case 'spread-assumed':
      return `Measured in ${processes(values.processes)}: the spread between processes is assumed (2 %), not measured.`;
    case 'cancelled-early':
      return `Cancelled after ${values.processes} of at least ${values.least} processes.`;
    case 'runs-in-two-groups':
      return `Runs fall into two groups, around ${values.low.toPrecision(3)} and ${values.high.toPrecision(3)} ms; the median may jump between them.`;
    case 'processes-in-two-groups':
      return `Processes fall into two groups, around ${values.low.toPrecision(3)} and ${values.high.toPrecision(3)} ms.`;
    case 'drifted':
      return `The last third of the runs took ${percent(Math.abs(values.change), 1)} % ${values.change > 0 ? 'more' : 'less'} than the first third.`;
    case 'slowed-by-heat':
      return `The processor slowed itself down because of heat in ${values.struck} of ${values.processes} processes.`;
    case 'gpu-held-down':
      return `The GPU held its clock down: ${values.reasons.join(', ')}.`;
    case 'clock-fell':
      return `The ${values.device}'s clock fell from ${Math.round(values.from)} to ${Math.round(values.to)} MHz while it was timed.`;
    case 'power-fell':
      return `Power fell from ${values.from.toFixed(0)} to ${values.to.toFixed(0)} W while the runs grew longer.`;
    case 'too-many-requests':
      return `Requests would keep the model busy ${percent(values.busy, 0)} % of the time: the wait grows for as long as one measures.`;
    case 'frames-dropped':
      return `${percent(values.share, 0)} % of the frames were dropped, because the one before was not done when they came.`;
    case 'cores-taken':
      return `Other programs kept ${values.cores.toFixed(1)} cores busy while it was timed.`;
    case 'slept-meanwhile':
      return `The machine slept, or its clock was set, during ${processes(values.processes)}; the runs it interrupted are left out.`;
    case 'differs-from-before': {
      const [median, low, high] = [values.median, values.low, values.high].map((ms) => ms.toPrecision(4));
      return `The result before this one was ${median} ms (${low} to ${high}): the machine was in another state then, or is now. Measure again before you rely on either.`;
    }
    case 'left-to-others':
      return `Only ${percent(values.nodeShare, 0)} % of the nodes, ${percent(values.timeShare, 0)} % of the time, ran on ${values.provider}.`;
    case 'power-source-changed':
      return `The run was planned on ${values.planned ?? 'several sources'}; part of it was measured on ${values.measured}.`;
  }
}

function percent(share: number, digits: number): string {
  return (share * 100).toFixed(digits);
}

function processes(count: number): string {
  return count === 1 ? 'one process' : `${count} processes`;
}
