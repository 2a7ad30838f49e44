import type { Flag, FlagStatement } from '../../preload/contract.ts';
import { textKey } from '../locales/i18n.ts';
import { providerName } from './providerName.ts';
import type { Words } from './statementText.ts';

/** What a flag found, in the language of the screen; results of earlier versions say it in English only. */
export function flagText({ message, said }: Flag, words: Words): string {
  return said === undefined ? message : words.t(`flagSaid.${said.code}`, blanksOf(said, words));
}

/** By the words that the reading of the GPU's clock has for them. */
const heldReasons: Readonly<Record<string, string>> = {
  'power limit': textKey('flagSaid.held.powerLimit'),
  'hardware slowdown': textKey('flagSaid.held.hardware'),
  heat: textKey('flagSaid.held.heat'),
  'heat (hardware)': textKey('flagSaid.held.hardwareHeat'),
  'power brake': textKey('flagSaid.held.powerBrake'),
};

function blanksOf({ code, values }: FlagStatement, { t, format }: Words): Record<string, string> {
  const named = (reason: string): string => {
    const key = heldReasons[reason];
    return key === undefined ? reason : t(key);
  };
  switch (code) {
    case 'interval-too-wide':
      return { reached: format.share(values.reached), asked: format.share(values.asked) };
    case 'spread-assumed':
    case 'slept-meanwhile':
      return { processes: format.whole(values.processes) };
    case 'cancelled-early':
      return { processes: format.whole(values.processes), least: format.whole(values.least) };
    case 'runs-in-two-groups':
    case 'processes-in-two-groups':
      return { low: format.ms(values.low), high: format.ms(values.high) };
    case 'drifted': {
      const direction = values.change > 0 ? 'more' : 'less';
      return { share: format.share(Math.abs(values.change)), direction: t(`flagSaid.drift.${direction}`) };
    }
    case 'slowed-by-heat':
      return { struck: format.whole(values.struck), processes: format.whole(values.processes) };
    case 'gpu-held-down':
      return {
        reasons: values.reasons.map((reason) => named(reason)).join(t('said.separator')),
      };
    case 'clock-fell':
      return { device: values.device, from: format.whole(values.from), to: format.whole(values.to) };
    case 'power-fell':
      return { from: format.whole(values.from), to: format.whole(values.to) };
    case 'too-many-requests':
      return { busy: format.share(values.busy, 0) };
    case 'frames-dropped':
      return { share: format.share(values.share, 0) };
    case 'cores-taken':
      return { cores: format.plain(values.cores) };
    case 'differs-from-before': {
      const { median, low, high } = values;
      return { median: format.ms(median), low: format.digits(low), high: format.digits(high) };
    }
    case 'left-to-others': {
      const { nodeShare, timeShare, provider } = values;
      return {
        nodes: format.share(nodeShare, 0),
        time: format.share(timeShare, 0),
        provider: providerName(provider, { t }),
      };
    }
    case 'power-source-changed':
      return {
        planned: t(`flagSaid.power.${values.planned ?? 'several'}`),
        measured: t(`flagSaid.power.${values.measured}`),
      };
  }
}
