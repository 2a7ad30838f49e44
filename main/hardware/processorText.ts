import { armCore } from './armCores.ts';
import { instructionSetsOfLinuxFlags } from './instructionSets.ts';

/** What /proc/cpuinfo tells; null where it says nothing. */
export interface ProcessorText {
  readonly model: string | null;
  readonly vendor: string | null;
  /** Different (package, core) pairs among the counted processors; null where the text numbers no cores (ARM). */
  readonly physicalCores: number | null;
  readonly processors: number;
  readonly isa: readonly string[];
  /** x86 tells a guest by a flag; null elsewhere. */
  readonly hypervisor: boolean | null;
}

const vendorNames: Readonly<Record<string, string>> = {
  GenuineIntel: 'Intel',
  AuthenticAMD: 'AMD',
  HygonGenuine: 'Hygon',
  CentaurHauls: 'VIA',
};

/**
 * Reads the text of /proc/cpuinfo. `allowed` limits the count to the processors that this process may use. On big.LITTLE
 * machines every kind of core is named, and only instruction sets that all cores share count: a thread may land anywhere.
 */
export function parseProcessorText(text: string, allowed: ReadonlySet<number> | null = null): ProcessorText {
  const blocks = text
    .split(/\n\s*\n/)
    .map(fieldsOf)
    .filter((fields) => fields.has('processor'));
  const counted = blocks.filter(
    (fields) => allowed === null || allowed.has(Number(fields.get('processor') ?? '0')),
  );
  const used = counted.length > 0 ? counted : blocks;
  const first = used[0];
  if (first === undefined) {
    return { model: null, vendor: null, physicalCores: null, processors: 0, isa: [], hypervisor: null };
  }
  const arm = first.has('CPU implementer');
  const cores = new Set(
    used.map((fields) =>
      fields.has('core id') ? `${fields.get('physical id')}/${fields.get('core id')}` : '',
    ),
  );
  const flagSets = used
    .map((fields) => new Set(wordsOf(fields.get('flags') ?? fields.get('Features'))))
    .filter((flags) => flags.size > 0);
  const flags = new Set([...(flagSets[0] ?? [])].filter((flag) => flagSets.every((set) => set.has(flag))));
  return {
    ...(arm ? armNames(used) : x86Names(first)),
    physicalCores: cores.has('') ? null : cores.size,
    processors: used.length,
    isa: instructionSetsOfLinuxFlags(flags, arm),
    hypervisor: arm || flags.size === 0 ? null : flags.has('hypervisor'),
  };
}

function x86Names(fields: ReadonlyMap<string, string>): Pick<ProcessorText, 'model' | 'vendor'> {
  const vendorId = fields.get('vendor_id') ?? null;
  return {
    model: fields.get('model name') ?? null,
    vendor: vendorId === null ? null : (vendorNames[vendorId] ?? vendorId),
  };
}

function armNames(blocks: readonly ReadonlyMap<string, string>[]): Pick<ProcessorText, 'model' | 'vendor'> {
  const kinds = blocks.map((fields) =>
    armCore(fields.get('CPU implementer') ?? '?', fields.get('CPU part') ?? '?'),
  );
  return {
    model: [...new Set(kinds.map((kind) => kind.core))].join(' + '),
    vendor: [...new Set(kinds.map((kind) => kind.vendor))].join(' + '),
  };
}

function fieldsOf(block: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
  }
  return fields;
}

function wordsOf(text: string | undefined): string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}
