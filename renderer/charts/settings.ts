import type { Format } from '../format/quantities.ts';
import type { Scale } from './axes.ts';
import type { FamilyStyle } from './familyStyle.ts';

/** The colours of a chart's frame; canvas cannot read CSS variables. */
export interface FrameColours {
  text: string;
  soft: string;
  line: string;
  ground: string;
  surface: string;
  /** Around marks of flagged results. */
  warn: string;
}

/** The words of a chart, in the person's language. */
export interface ChartTexts {
  top1: string;
  throughput: string;
  latency: string;
  params: string;
  memory: string;
  operations: string;
  provider: string;
  batch: string;
  flagged: string;
  /** What an execution provider is called. */
  providerName: (provider: string) => string;
}

/** What every chart is drawn by. A chart is a pure function of rows and these. */
export interface ChartSettings {
  format: Format;
  texts: ChartTexts;
  colours: FrameColours;
  styles: ReadonlyMap<string, FamilyStyle>;
  /** Of the axis (or axes) whose quantity spans decades. */
  scale: Scale;
  labels: boolean;
  errorBars: boolean;
  /** Families switched off in the legend. */
  hidden: readonly string[];
}

/** The outline of a large mark whose result is flagged: told by its shape as well as by its colour. */
export function flaggedOutline({ warn }: FrameColours): {
  borderColor: string;
  borderType: 'dotted';
  borderWidth: number;
} {
  return { borderColor: warn, borderType: 'dotted', borderWidth: 2.5 };
}

export const lightFrame: FrameColours = {
  text: '#1a1f26',
  soft: '#4c5561',
  line: '#d6dbe1',
  ground: '#ffffff',
  surface: '#ffffff',
  warn: '#7d5200',
};

export const darkFrame: FrameColours = {
  text: '#e7eaee',
  soft: '#a9b2be',
  line: '#323944',
  ground: '#1a1e25',
  surface: '#222730',
  warn: '#e8bd63',
};
