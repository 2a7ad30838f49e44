import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  Configuration,
  presets,
  RecommendationRequest,
  RunRequest,
  type Answer,
  type ProviderStatus,
  type ResultFacets,
  type ResultFilter,
  type ResultRow,
} from '../../../preload/contract.ts';
import { createFormat } from '../../../renderer/format/quantities.ts';
import { chartCsv } from '../../../renderer/pages/charts/chartCsv.ts';
import { chartSelection, chartViewFields } from '../../../renderer/pages/charts/selection.ts';
import { familiesByWeight } from '../../../renderer/charts/familyStyle.ts';
import { rowOfResult } from '../../../renderer/charts/rows.ts';
import { questionText } from '../../../renderer/pages/recommend/questionText.ts';
import {
  backboneFilterFields,
  filterBackbones,
  groupByFamily,
} from '../../../renderer/pages/models/filter.ts';
import {
  limitsOf,
  withLimit,
  questionFields,
  questionOf,
  requestOf as recommendationOf,
} from '../../../renderer/pages/recommend/question.ts';
import { positionOf, sliderSteps, valueAt } from '../../../renderer/pages/recommend/sliderScale.ts';
import { chosenColumns, resultColumns } from '../../../renderer/pages/results/columns.ts';
import { csvFile, resultsAsText } from '../../../renderer/pages/results/copy.ts';
import {
  filterOf,
  filterResults,
  orderOf,
  resultViewFields,
  sortResults,
} from '../../../renderer/pages/results/view.ts';
import { againLosses, againQuery } from '../../../renderer/pages/run/again.ts';
import {
  bestProvider,
  configurationCount,
  longestSeconds,
  planOf,
  readBatches,
  requestOf,
  withOption,
  runSettingsFields,
} from '../../../renderer/pages/run/request.ts';
import { matchCommands } from '../../../renderer/shell/commands.ts';
import { readQuery, writeQuery } from '../../../renderer/urlState/query.ts';
import { anyResultRows, backbone, resultRow } from '../rows.ts';

describe('the results table', () => {
  const view = readQuery(resultViewFields, {});

  test('sorting keeps every row, orders by the column, and puts missing values last either way', () => {
    fc.assert(
      fc.property(anyResultRows, fc.constantFrom('asc' as const, 'desc' as const), (rows, order) => {
        const sorted = sortResults(rows, 'top1', order);
        expect(new Set(sorted)).toEqual(new Set(rows));
        const values = sorted.map(({ top1 }) => top1);
        const known = values.filter((value) => value !== null);
        expect(values.slice(0, known.length)).toEqual(known);
        for (const [index, value] of known.entries()) {
          const before = known[index - 1] ?? value;
          expect(order === 'asc' ? before <= value : before >= value).toBe(true);
        }
      }),
    );
  });

  test('filters narrow by words, family, provider, batch and warnings', () => {
    const rows = [
      resultRow({ id: '1', model: 'resnet18', batch: 1 }),
      resultRow({ id: '2', model: 'resnet50', batch: 8, flagged: true }),
      resultRow({ id: '3', model: 'vgg16', family: 'VGG', provider: 'webgpu' }),
    ];
    const ids = (changes: Partial<typeof view>) =>
      filterResults(rows, { ...view, ...changes }).map(({ result }) => result.id);
    expect(ids({})).toEqual(['1', '2', '3']);
    expect(ids({ search: 'RES 50' })).toEqual(['2']);
    expect(ids({ families: ['VGG'] })).toEqual(['3']);
    expect(ids({ provider: 'webgpu' })).toEqual(['3']);
    expect(ids({ batch: 8 })).toEqual(['2']);
    expect(ids({ flags: 'clean' })).toEqual(['1', '3']);
    expect(ids({ flags: 'flagged' })).toEqual(['2']);
  });

  test('filters and order go to the service under its names; every column is sorted by itself', () => {
    expect(filterOf(view)).toMatchObject({ families: null, providers: null, batches: null, flagged: null });
    expect(filterOf({ ...view, batch: 8, flags: 'clean', provider: 'cuda' })).toMatchObject({
      ...{ batches: [8], flagged: false, providers: ['cuda'] },
    });
    const sorts = resultColumns.map(({ key }) => orderOf({ sort: key, order: 'asc' }).sort);
    expect(new Set(sorts).size).toBe(resultColumns.length);
    expect(orderOf({ sort: 'nonsense', order: 'asc' })).toEqual({ sort: 'measuredAt', descending: false });
  });

  test('an exported file has every page under one header, formulas neutralised, marked where it is not ASCII', async () => {
    const columns = chosenColumns(['model', 'batch']);
    const write = async (title: string): Promise<string> => {
      const file = csvFile(columns, ({ key }) => `${title} ${key}`);
      file.add([resultRow({ model: '=1+1' }), resultRow({ model: '-a,"b"' })]);
      file.add([resultRow({ model: '@c', batch: 4 }), resultRow({ model: '+d' })]);
      expect(file.count()).toBe(4);
      return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await file.blob().arrayBuffer());
    };
    const rows = [`'=1+1,1`, `"'-a,""b""",1`, `'@c,4`, `'+d,1`, ''].join('\r\n');
    expect(await write('the')).toBe(`the model,the batch\r\n${rows}`);
    expect(await write('模型')).toBe(`\ufeff模型 model,模型 batch\r\n${rows}`);
  });

  test('columns have keys of their own, and the model is always among the chosen', () => {
    expect(new Set(resultColumns.map(({ key }) => key)).size).toBe(resultColumns.length);
    expect(chosenColumns(['top1', 'nonsense']).map(({ key }) => key)).toEqual(['model', 'top1']);
  });

  test('a copied table has full precision and units in its header', () => {
    const columns = chosenColumns(['median', 'memory']);
    const rows = [resultRow({ model: 'resnet18', medianMs: 12.3456789, memoryBytes: 123456789 })];
    const title = (column: (typeof columns)[number]): string => column.key;
    expect(resultsAsText('csv', rows, columns, title)).toBe(
      'model,median (ms),memory (bytes)\r\nresnet18,12.3456789,123456789\r\n',
    );
    expect(resultsAsText('markdown', rows, columns, title)).toContain(
      '| resnet18 | 12.3456789 | 123456789 |',
    );
  });
});

describe('the choice of rows for a chart', () => {
  const view = readQuery(chartViewFields, {});
  /** What the service would count among these rows. */
  const countedAmong =
    (rows: readonly ResultRow[]) =>
    (filter: ResultFilter): Promise<Answer<ResultFacets>> => {
      const left = rows.filter(
        ({ result: { machineId, configuration } }) =>
          (filter.machineId ?? machineId) === machineId &&
          (filter.providers ?? [configuration.provider]).includes(configuration.provider) &&
          (filter.precisions ?? [configuration.precision]).includes(configuration.precision),
      );
      const counts = <T extends string | number>(of: (row: ResultRow) => T) =>
        [...Map.groupBy(left, of)].map(([value, { length: count }]) => ({ value, count }));
      return Promise.resolve({
        ok: true,
        value: {
          ...{ total: left.length, uses: [], modes: [], flags: [] },
          families: [...Map.groupBy(left, ({ family }) => family)].map(([value, own]) => ({
            ...{ value, count: own.length },
            models: new Set(own.map(({ result }) => result.configuration.model)).size,
          })),
          models: counts(({ result }) => result.configuration.model),
          providers: counts(({ result }) => result.configuration.provider),
          precisions: counts(({ result }) => result.configuration.precision),
          batches: counts(({ result }) => result.configuration.batch),
          machines: counts(({ result }) => result.machineId).map((one) => ({ ...one, name: one.value })),
        },
      });
    };

  test('compares one machine, provider, precision and batch only, preferring this machine', async () => {
    const rows = [
      ...[1, 2, 3].map((index) => resultRow({ id: `other${index}`, machineId: 'other' })),
      resultRow({ id: 'here', machineId: 'me' }),
      resultRow({ id: 'here8', machineId: 'me', batch: 8 }),
      resultRow({ id: 'here2', machineId: 'me', model: 'b' }),
    ];
    const select = async (change: Partial<typeof view> = {}, among = rows) => {
      const told = await chartSelection({ ...view, ...change }, 'me', countedAmong(among));
      if ('failure' in told) throw new Error(told.failure.message);
      return told.selection;
    };
    const selection = await select();
    expect(selection).toMatchObject({ machine: 'me', provider: 'cpu', precision: 'fp32', batch: 1 });
    expect(selection?.offered).toMatchObject({ batches: [1, 8], providers: ['cpu'] });
    expect(selection?.offered.machines.map(({ id }) => id)).toEqual(['me', 'other']);
    expect(await select({ batch: 8 })).toMatchObject({ batch: 8 });
    expect(await select({ machine: 'other' })).toMatchObject({ machine: 'other', batch: 1 });
    expect(await select({}, [])).toBeNull();
  });

  test('a family keeps its look while its models are measured again: those with the most models come first', async () => {
    const again = [1, 2, 3, 4].map((index) => resultRow({ id: `v${index}`, family: 'VGG', model: 'vgg16' }));
    const pair = ['a', 'b'].map((model) => resultRow({ id: model, family: 'ResNet', model }));
    const told = await chartSelection(view, null, countedAmong([...again, ...pair]));
    expect(told).toMatchObject({
      selection: { families: familiesByWeight([...again, ...pair].map(rowOfResult)) },
    });
    expect(told).toMatchObject({ selection: { families: ['ResNet', 'VGG'] } });
  });

  test('is asked for by plain latencies alone', async () => {
    const asked: ResultFilter[] = [];
    const count = countedAmong([resultRow({ machineId: 'me' })]);
    await chartSelection(view, 'me', (filter) => {
      asked.push(filter);
      return count(filter);
    });
    expect(asked.map(({ modes }) => modes)).toEqual(asked.map(() => ['single-stream']));
  });

  test('the CSV of a chart has a row for each model and every figure in full', () => {
    const csv = chartCsv([rowOfResult(resultRow({ model: 'resnet18', medianMs: 10 }))]);
    const [header, row, end] = csv.split('\r\n');
    expect(header?.split(',')).toHaveLength(row?.split(',').length ?? 0);
    expect(row).toContain('resnet18,ResNet,70,1000000000,10000000,cpu,fp32,1,10,9.8,10.3,100,100000000');
    expect(end).toBe('');
  });
});

describe('the choice of models', () => {
  const filter = readQuery(backboneFilterFields, {});
  const catalog = [
    backbone({ name: 'resnet18', params: 11.7e6, macs: 1.81e9, top1: 69.8 }),
    backbone({ name: 'resnet50', params: 25.6e6, macs: 4.09e9, top1: 76.1 }),
    backbone({ name: 'vgg16', family: 'VGG', params: 138e6, macs: 15.5e9, top1: 71.6 }),
    backbone({ name: 'mystery', family: 'VGG', top1: null }),
  ];

  test('bounds keep those at the bound, and an unknown accuracy fails a bound on it', () => {
    const names = (changes: Partial<typeof filter>) =>
      filterBackbones(catalog, { ...filter, ...changes }).map(({ name }) => name);
    expect(names({ maxParamsM: 25.6 })).toEqual(['resnet18', 'resnet50', 'mystery']);
    expect(names({ maxGmacs: 2 })).toEqual(['resnet18', 'mystery']);
    expect(names({ minTop1: 71.6 })).toEqual(['resnet50', 'vgg16']);
    expect(names({ search: 'vgg' })).toEqual(['vgg16', 'mystery']);
  });

  test('groups follow the order of the families and leave out empty ones', () => {
    expect(groupByFamily(catalog, ['VGG', 'Swin', 'ResNet']).map(({ family }) => family)).toEqual([
      'VGG',
      'ResNet',
    ]);
  });
});

describe('the request of a run', () => {
  const settings = readQuery(runSettingsFields, { models: 'a,b', batches: '8,1,8,zero,0' });

  test('a link with odd batches asks for the sound ones, each once, in order', () => {
    expect(readBatches(settings.batches)).toEqual([1, 8]);
  });

  test('is a request that the contract accepts', () => {
    const request = requestOf(settings, presets.quick);
    expect(RunRequest.parse(request)).toMatchObject({
      models: ['a', 'b'],
      batches: [1, 8],
      plan: presets.quick,
    });
    expect(request && configurationCount(request)).toBe(4);
    expect(longestSeconds(presets.quick, 4)).toBe(4 * 2 * 7);
  });

  test('is none while there is nothing to measure', () => {
    expect(requestOf({ ...settings, models: [] }, presets.quick)).toBeNull();
    expect(requestOf({ ...settings, batches: [] }, presets.quick)).toBeNull();
    expect(requestOf({ ...settings, precisions: ['fp7'] }, presets.quick)).toBeNull();
    expect(requestOf({ ...settings, modes: ['server'] }, presets.quick)).toBeNull();
  });

  test('carries each mode with its figure', () => {
    const link = { models: 'a', modes: 'offline,paced,server', sessions: '4', rate: '12.5' };
    const request = requestOf(readQuery(runSettingsFields, link), presets.quick);
    expect(RunRequest.parse(request).modes).toEqual([
      { kind: 'offline', sessions: 4 },
      { kind: 'server', requestsPerSecond: 12.5 },
      { kind: 'paced', framesPerSecond: 30 },
    ]);
    expect(request && configurationCount(request)).toBe(3);
  });

  test('carries processors, arena and the options of the chosen provider, not those of another one', () => {
    const link = {
      ...{ models: 'a', provider: 'webgpu', affinity: '0-3, 6', arena: '0' },
      options: 'preferredLayout=NHWC,deviceId=1,validationMode=,enableRobustness=false',
    };
    const state = readQuery(runSettingsFields, link);
    expect(RunRequest.parse(requestOf(state, presets.quick))).toMatchObject({
      affinity: '0-3,6',
      arena: false,
      providerOptions: { preferredLayout: 'NHWC', enableRobustness: 'false' },
    });
    const cuda: typeof state = { ...state, provider: 'cuda' };
    expect(requestOf(cuda, presets.quick)?.providerOptions).toEqual({ deviceId: '1' });
    expect(requestOf({ ...state, affinity: 'all' }, presets.quick)).toBeNull();
    expect(requestOf({ ...settings, models: ['a'] }, presets.quick)).toMatchObject({
      ...{ affinity: null, arena: true, providerOptions: {} },
    });
  });

  test('an option is set in the place of what it was, and left to the provider by an empty text', () => {
    const set = withOption({ options: ['deviceId=1', 'preferredLayout=NCHW'] }, 'preferredLayout', 'NHWC');
    expect(set).toEqual(['deviceId=1', 'preferredLayout=NHWC']);
    expect(withOption({ options: set }, 'deviceId', '')).toEqual(['preferredLayout=NHWC']);
  });

  const configuration = (change: Partial<Configuration>) =>
    Configuration.parse({
      ...{ model: 'resnet18', use: 'classifier', precision: 'fp32', inputSize: 224, batch: 1 },
      ...{ provider: 'cpu', threads: 4 },
      ...change,
    });

  test('configurations that are asked for again are set as they were', () => {
    const measured = configuration({
      ...{ model: 'a', batch: 4, precision: 'fp16', use: 'features', inputSize: 256, threads: 3 },
      ...{ provider: 'webgpu', affinity: '0-1', arena: false, providerOptions: { preferredLayout: 'NHWC' } },
      mode: { kind: 'paced', framesPerSecond: 15 },
    });
    const again = readQuery(runSettingsFields, againQuery([measured], presets.rigorous));
    expect(requestOf(again, planOf(again, 'quick', []))).toMatchObject({
      ...{ models: ['a'], batches: [4], precisions: ['fp16'], use: 'features', inputSize: 256, threads: 3 },
      ...{ provider: 'webgpu', affinity: '0-1', arena: false, providerOptions: { preferredLayout: 'NHWC' } },
      modes: [{ kind: 'paced', framesPerSecond: 15 }],
      plan: presets.rigorous,
    });
    expect(againLosses([measured])).toEqual({ unshared: [], combinations: null });
  });

  test('of several, all models and batches are asked for, and only the input size that they share', () => {
    const other = configuration({ model: 'b', batch: 8, inputSize: 299 });
    const again = readQuery(runSettingsFields, againQuery([configuration({ model: 'a' }), other], null));
    expect(again).toMatchObject({ models: ['a', 'b'], batches: ['1', '8'], inputSize: null, plan: null });
  });

  test('what one run cannot keep of them is told', () => {
    const offline = (sessions: number) => ({ mode: { kind: 'offline', sessions } }) as const;
    const whole = ['a', 'b'].flatMap((model) => [1, 8].map((batch) => configuration({ model, batch })));
    expect(againLosses(whole)).toEqual({ unshared: [], combinations: null });
    expect(againLosses(whole.slice(1))).toEqual({ unshared: [], combinations: 4 });
    const [one, two] = [offline(2), offline(4)].map((mode) => configuration(mode));
    expect(againLosses([configuration({}), ...(one ? [one] : [])])).toMatchObject({ unshared: [] });
    expect(againLosses([one, two].filter((each) => each !== undefined))).toMatchObject({
      unshared: ['mode'],
    });
    const pyramid = configuration({ use: 'pyramid', inputSize: 256, providerOptions: { deviceId: 1 } });
    expect(againLosses([configuration({}), pyramid]).unshared).toEqual(['use', 'inputSize', 'options']);
  });

  test('a memory limit is asked for in bytes, and left to the machine where none is set', () => {
    const limited = { ...settings, models: ['a'], memoryLimitMb: 512 };
    expect(requestOf(limited, presets.quick)?.memoryLimitBytes).toBe(512 * 2 ** 20);
    expect(requestOf({ ...limited, memoryLimitMb: null }, presets.quick)?.memoryLimitBytes).toBeNull();
  });

  test('a plan set by hand survives the address and goes before any preset', () => {
    const plan = { ...presets.standard, maxSecondsPerProcess: 0.7, relativeHalfWidth: 0.015 };
    const copied = writeQuery(runSettingsFields, { ...settings, plan, preset: 'quick' });
    expect(planOf(readQuery(runSettingsFields, copied), 'rigorous', [])).toEqual(plan);
    expect(readQuery(runSettingsFields, { plan: '5-2-x' }).plan).toBeNull();
  });

  test('a software adapter is never offered before the CPU', () => {
    const status = (
      provider: ProviderStatus['provider'],
      works: boolean,
      software = false,
    ): ProviderStatus => ({
      provider,
      works,
      software,
      device: null,
      reason: null,
      remedy: null,
    });
    expect(bestProvider([status('cpu', true), status('webgpu', true, true)])).toBe('cpu');
    expect(bestProvider([status('cpu', true), status('webgpu', true), status('cuda', false)])).toBe('webgpu');
  });
});

describe('the question of a recommendation', () => {
  test('no device in the address is this machine; another one is asked by its id', () => {
    expect(recommendationOf(readQuery(questionFields, {})).device).toBeNull();
    expect(recommendationOf(readQuery(questionFields, { device: 'timm-rtx4090' })).device).toBe(
      'timm-rtx4090',
    );
  });

  test('input sizes and the use stand in the address; a text that is no size is left out', () => {
    const asked = recommendationOf(
      readQuery(questionFields, { inputSizes: '224,zero,384', use: 'features' }),
    );
    expect(asked).toMatchObject({ inputSizes: [224, 384], use: 'features' });
    expect(recommendationOf(readQuery(questionFields, {}))).toMatchObject({
      inputSizes: null,
      use: 'classifier',
    });
  });

  test('units that people type become those of the contract', () => {
    const question = readQuery(questionFields, {
      fps: '30',
      memoryMb: '700',
      paramsM: '25',
      gmacs: '4',
      top1: '75',
    });
    expect(limitsOf(question)).toMatchObject({
      minFps: 30,
      maxLatencyMs: null,
      maxMemoryBytes: 700 * 2 ** 20,
      minTop1: 75,
      maxParams: 25e6,
      maxMacs: 4e9,
      maxEnergyJ: null,
    });
    expect(RecommendationRequest.parse(recommendationOf(question))).toMatchObject({
      batch: 1,
      providers: null,
    });
  });

  test('a hint of the service moves the limit that it names, never tighter than it says', () => {
    expect(withLimit('maxMemoryBytes', 110 * 2 ** 20)).toEqual({ memoryMb: 110 });
    expect(withLimit('minFps', 120.34234)).toEqual({ fps: 120.3 });
    expect(withLimit('maxLatencyMs', 8.30962)).toEqual({ latencyMs: 8.31 });
    expect(withLimit('unheard-of', 1)).toEqual({});
  });

  test('the objective and the scenario go with the question', () => {
    const link = { objective: 'weighted', latencyWeight: '2', scenario: 'server', requestsPerSecond: '40' };
    expect(RecommendationRequest.parse(recommendationOf(readQuery(questionFields, link)))).toMatchObject({
      objective: { kind: 'weighted', weights: { latencyMs: 2 } },
      scenario: { kind: 'server', requestsPerSecond: 40 },
    });
  });

  test('any link gives a question that the contract accepts', () => {
    const anyLink = fc.dictionary(
      fc.constantFrom(...Object.keys(questionFields)),
      fc.oneof(fc.string(), fc.float().map(String)),
    );
    fc.assert(
      fc.property(anyLink, (link) => {
        expect(
          RecommendationRequest.safeParse(recommendationOf(readQuery(questionFields, link))).success,
        ).toBe(true);
      }),
    );
  });

  test('that was saved is asked again as it was', () => {
    const anyValue = fc.oneof(
      fc.integer({ min: 1, max: 100 }).map(String),
      fc.constantFrom(...['server', 'offline', 'cheapest', 'weighted', 'memoryBytes', 'webgpu', 'int8']),
      fc.constantFrom('224,384', 'MIT', 'features', 'together', 'timm-rtx4090'),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(questionFields)), anyValue), (link) => {
        const asked = RecommendationRequest.parse(recommendationOf(readQuery(questionFields, link)));
        const shown = readQuery(questionFields, writeQuery(questionFields, questionOf(asked)));
        expect(RecommendationRequest.parse(recommendationOf(shown))).toEqual(asked);
      }),
    );
  });

  test('is told in a few words on the home page', () => {
    const format = createFormat({ locale: 'en', costUnit: 'macs' });
    const text = (link: Record<string, string>) => questionText(readQuery(questionFields, link), format);
    expect(text({ fps: '30', memoryMb: '700' })).toBe('≥ 30 FPS · ≤ 700 MB');
    expect(text({})).toBe('');
  });

  test('a slider moves by ratios, and its value stays where it was put', () => {
    const range = { min: 1, max: 1000 };
    expect(valueAt(0, range, false)).toBe(1);
    expect(valueAt(sliderSteps, range, false)).toBe(1000);
    expect(positionOf(5000, range, false)).toBe(sliderSteps);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: sliderSteps }), (position) => {
        expect(
          Math.abs(positionOf(valueAt(position, range, false), range, false) - position),
        ).toBeLessThanOrEqual(8);
      }),
    );
  });
});

describe('the command palette', () => {
  const act = () => undefined;
  const commands = ['Results', 'resnet18', 'Measure resnet18'].map((title) => ({
    id: title,
    group: 'g',
    title,
    act,
  }));

  test('finds by any words, and what starts with the text comes first', () => {
    expect(matchCommands(commands, 'res').map(({ title }) => title)).toEqual([
      'Results',
      'resnet18',
      'Measure resnet18',
    ]);
    expect(matchCommands(commands, '18 meas').map(({ title }) => title)).toEqual(['Measure resnet18']);
    expect(matchCommands(commands, '')).toHaveLength(3);
  });
});
