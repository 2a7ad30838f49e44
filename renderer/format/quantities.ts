/** How quantities are written on screen. Conversions of units happen here and nowhere else. */

/** Memory is counted in powers of 1,024, here as at the command line: a limit of 700 MB means the same in both. */
export const bytesPerMb = 2 ** 20;
const bytesPerGb = 2 ** 30;

export type CostUnit = 'macs' | 'flops';

export interface Format {
  /** Three significant digits: "3.42 ms", "128 ms"; below a tenth of a millisecond in µs. */
  ms: (value: number) => string;
  /** Three significant digits without a unit. */
  digits: (value: number) => string;
  /** Half width of the interval of a figure, to the figure's own decimals, or one digit where those would show zero. */
  plusMinus: (halfWidth: number, of: number) => string;
  /** Relative half width: "±1.3 %". */
  share: (value: number, digits?: number) => string;
  /** MB of 2²⁰ and GB of 2³⁰ bytes. */
  bytes: (value: number) => string;
  /** "25.6 M", "1.2 G", "1.79 k". */
  params: (value: number) => string;
  /** Multiply-adds, or floating point operations where the person prefers those (1 MAC = 2 FLOPs). */
  cost: (macs: number) => string;
  /** The bare number of 10⁹ MACs or FLOPs, for an axis. */
  costGiga: (macs: number) => number;
  /** "GMACs" or "GFLOPs". */
  readonly costUnit: string;
  /** Top-1 in per cent, two decimals. */
  accuracy: (percent: number) => string;
  /** A plain number with up to three significant digits, grouped. */
  plain: (value: number) => string;
  /** A number beside an axis: all digits of powers of two up to five. */
  tick: (value: number) => string;
  whole: (value: number) => string;
  dateTime: (iso: string) => string;
  /** "2 min 5 s". */
  duration: (seconds: number) => string;
}

export interface FormatOptions {
  /** BCP 47, e.g. "en" or "zh-CN". */
  locale: string;
  costUnit: CostUnit;
  timeZone?: string;
}

export function createFormat({ locale, costUnit, timeZone }: FormatOptions): Format {
  const significant = (digits: number): Intl.NumberFormat =>
    new Intl.NumberFormat(locale, { minimumSignificantDigits: digits, maximumSignificantDigits: digits });
  const one = significant(1);
  const three = significant(3);
  const upToThree = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 });
  const upToTwo = new Intl.NumberFormat(locale, { maximumSignificantDigits: 2 });
  const upToFive = new Intl.NumberFormat(locale, { maximumSignificantDigits: 5 });
  const integer = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const percentWithTwo = new Intl.NumberFormat(locale, {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone });
  const unit = (name: 'hour' | 'minute' | 'second', value: number): string =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short' }).format(value);
  const perMac = costUnit === 'flops' ? 2 : 1;
  const unitEnd = costUnit === 'flops' ? 'FLOPs' : 'MACs';

  /** Three digits below a thousand, whole numbers above: 128.4 is noise, 1280 is not 1.28e3. */
  const measured = (value: number): string =>
    Math.abs(value) >= 1000 ? integer.format(value) : three.format(value);

  /** Counts in the units that people compare them in: 25.6 M, 4.09 G, 301 M, 1.79 k. */
  const counted = (value: number): string => {
    if (value >= 1e9) return `${measured(value / 1e9)} G`;
    if (value >= 1e5) return `${measured(value / 1e6)} M`;
    return value >= 1000 ? `${measured(value / 1e3)} k` : integer.format(value);
  };

  return {
    digits: measured,
    ms: (value) => (value > 0 && value < 0.1 ? `${measured(value * 1000)} µs` : `${measured(value)} ms`),
    plusMinus(halfWidth, of) {
      const decimals = Math.min(20, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(of) || 1))));
      if (halfWidth > 0 && halfWidth < 0.5 * 10 ** -decimals) return `±${one.format(halfWidth)}`;
      const fixed = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
      return `±${new Intl.NumberFormat(locale, fixed).format(halfWidth)}`;
    },
    share: (value, digits = 1) =>
      `${new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value * 100)} %`,
    bytes: (value) =>
      Math.abs(value) >= bytesPerGb
        ? `${three.format(value / bytesPerGb)} GB`
        : `${(Math.abs(value) < 10 * bytesPerMb ? upToTwo : integer).format(value / bytesPerMb)} MB`,
    params: counted,
    cost: (macs) => counted(macs * perMac),
    costGiga: (macs) => (macs * perMac) / 1e9,
    costUnit: `G${unitEnd}`,
    accuracy: (percent) => `${percentWithTwo.format(percent)} %`,
    plain: (value) => upToThree.format(value),
    tick: (value) => upToFive.format(value),
    whole: (value) => integer.format(value),
    dateTime: (iso) => date.format(new Date(iso)),
    duration(seconds) {
      // Half a second is neither none nor one.
      if (seconds > 0 && seconds < 2) return unit('second', Math.round(seconds * 10) / 10);
      const whole = Math.max(0, Math.round(seconds));
      const hours = Math.floor(whole / 3600);
      const minutes = Math.floor((whole % 3600) / 60);
      if (hours > 0) return `${unit('hour', hours)} ${unit('minute', minutes)}`;
      const rest = whole % 60;
      if (minutes === 0) return unit('second', rest);
      return rest === 0 ? unit('minute', minutes) : `${unit('minute', minutes)} ${unit('second', rest)}`;
    },
  };
}
