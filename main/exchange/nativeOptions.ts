import type { ProviderName, ProviderOptions } from '../../preload/contract.ts';

/** Bits of ONNX Runtime's COREMLFlags (coreml_provider_factory.h), and the option of the newer interface that each became. */
const coreMlUnits = { 1: 'CPUOnly', 4: 'CPUAndNeuralEngine', 32: 'CPUAndGPU' } as const;

/** CoreML's flags as the key-value options of ONNX Runtime's C and Python interfaces; null where two compute units are asked. */
export function coreMlOptions(options: ProviderOptions): Record<string, string> | null {
  const flags = Number(options['coreMlFlags'] ?? 0);
  const units = Object.entries(coreMlUnits).flatMap(([bit, name]) =>
    (flags & Number(bit)) === 0 ? [] : name,
  );
  if (units.length > 1) return null;
  return {
    ...(units[0] === undefined ? {} : { MLComputeUnits: units[0] }),
    ...((flags & 2) === 0 ? {} : { EnableOnSubgraphs: '1' }),
    ...((flags & 8) === 0 ? {} : { RequireStaticInputShapes: '1' }),
    ...((flags & 16) === 0 ? {} : { ModelFormat: 'MLProgram' }),
  };
}

/** A provider's options under the names and as the strings that the C and Python interfaces take. */
export function nativeOptions(provider: ProviderName, options: ProviderOptions): Record<string, string> {
  if (provider === 'coreml') return coreMlOptions(options) ?? {};
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name === 'deviceId' ? 'device_id' : name, String(value)]),
  );
}
