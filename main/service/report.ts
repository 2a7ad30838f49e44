import type { CallRequest, Machine, WrittenFile } from '../../preload/contract.ts';
import { consideredModels } from '../analysis/considered.ts';
import { csvText } from '../exchange/csv.ts';
import { rankedTable, type ConsideredModel, type ReportContent } from '../exchange/report.ts';
import { reportHtml } from '../exchange/reportHtml.ts';
import { reportMarkdown } from '../exchange/reportMarkdown.ts';
import { runtimeVersions } from '../hardware/runtimeVersions.ts';
import { getMachine } from '../store/machines.ts';
import type { Store } from '../store/store.ts';
import { askDevice } from './recommend.ts';

/** The answer to a question as a file: everything that is needed to read and to doubt it. */
export async function writeReport(
  store: Store,
  thisMachine: () => Promise<Machine>,
  { question, format }: CallRequest<'report'>,
  now: Date,
): Promise<WrittenFile> {
  const { answer, device, asked } = await askDevice(store, thisMachine, question);
  const machine =
    device.kind === 'reference' ? null : (getMachine(store, device.id) ?? (await thisMachine()));
  // Predicted models have a table of their own unless they were asked to stand among the measured ones.
  const among = device.observations.filter(
    ({ origin }) => origin !== 'predicted' || asked.predicted === 'together',
  );
  const considered = consideredModels(among, asked).map(asPoint);
  const { backbench: version } = runtimeVersions();
  const content = { question, answer, machine, considered, version, writtenAt: now.toISOString() };
  const stem = `backbench-${device.id}-${now.toISOString().slice(0, 10)}`;
  return {
    fileName: `${stem}.${extensions[format]}`,
    mediaType: mediaTypes[format],
    text: write[format](content),
  };
}

const extensions = { html: 'html', markdown: 'md', csv: 'csv', json: 'json' } as const;
const mediaTypes = {
  html: 'text/html; charset=utf-8',
  markdown: 'text/markdown; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  json: 'application/json',
} as const;
const write: Readonly<Record<keyof typeof extensions, (content: ReportContent) => string>> = {
  html: reportHtml,
  markdown: reportMarkdown,
  csv: ({ answer }) => csvText(rankedTable(answer.ranked)),
  json: ({ question, answer, machine, writtenAt, version }) =>
    JSON.stringify({ writtenAt, version, machine, question, answer }, null, 1),
};

function asPoint({
  observation,
  status,
  isOnFront,
}: ReturnType<typeof consideredModels>[number]): ConsideredModel {
  const { model, top1, macs, params, batch, latencyMs } = observation;
  const perSecond = (ms: number | null) => (ms === null ? null : (1000 * batch) / ms);
  return {
    ...{ model, top1, macs, params, isOnFront },
    fps: (1000 * batch) / latencyMs.median,
    fpsLow: perSecond(latencyMs.high),
    fpsHigh: perSecond(latencyMs.low),
    keepsLimits: status !== 'breaks',
    isPredicted: observation.origin === 'predicted',
  };
}
