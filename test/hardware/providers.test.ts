import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type ProviderName, providerNames, ProviderStatus } from '../../preload/contract.ts';
import { forkProbe, type ProbeLauncher } from '../../main/hardware/probeLauncher.ts';
import { expectedProbeOutput, probeModelBytes } from '../../main/hardware/probeModel.ts';
import { bestProvider, probeProviders } from '../../main/hardware/providers.ts';
import { runProbe } from '../../main/hardware/probeRun.ts';

/** The loader and the software Vulkan driver that come with Debian's Chromium. */
const chromium = '/usr/lib/chromium';
const swiftshader = `${chromium}/vk_swiftshader_icd.json`;
const hasSwiftShader = existsSync(swiftshader) && existsSync(`${chromium}/libvulkan.so.1`);

/** The real launcher, with more in the environment: what a person sets before starting Backbench. */
function launcherWith(more: Readonly<Record<string, string>>): ProbeLauncher {
  return { launch: (file, env) => forkProbe.launch(file, { ...env, ...more }) };
}

function fixture(name: string): string {
  return fileURLToPath(new URL(`./fixtures/probes/${name}.js`, import.meta.url));
}

function statusOf(statuses: readonly ProviderStatus[], provider: ProviderName): ProviderStatus {
  const status = statuses.find((candidate) => candidate.provider === provider);
  if (status === undefined) throw new Error(`no status for ${provider}`);
  return status;
}

describe('on this machine', () => {
  test('each provider has a status within the contract: it works, or says why not and what to do', async () => {
    const statuses = await probeProviders();
    expect(statuses.map((status) => status.provider)).toEqual([...providerNames]);
    for (const status of statuses) {
      ProviderStatus.parse(status);
      if (status.works) continue;
      expect(status.reason).toMatch(/^[A-Z].{15,}\.$/s);
      expect(status.remedy).toMatch(/^[A-Z].{15,}\.$/s);
      expect(status.reason).not.toMatch(/onnxruntime_src|\n/);
    }
    expect(statusOf(statuses, 'cpu')).toMatchObject({ works: true, software: false });
    expect(
      statuses.find((status) => status.works && status.provider === bestProvider({ providers: statuses })),
    ).toBeDefined();
  });

  test.runIf(process.platform === 'linux')(
    'DirectML and CoreML are said to belong to other systems',
    async () => {
      const statuses = await probeProviders({ gpus: [] });
      expect(statusOf(statuses, 'dml').remedy).toContain('Windows only');
      expect(statusOf(statuses, 'coreml').remedy).toContain('macOS only');
    },
  );

  test('CUDA, where it does not work, names what is missing and how to get it', async () => {
    const cuda = statusOf(await probeProviders(), 'cuda');
    if (cuda.works) return;
    expect(cuda.reason).toMatch(/NVIDIA GPU|missing|CUDA/);
    expect(cuda.remedy).toMatch(/install|driver|Linux/i);
  });
});

describe.runIf(process.platform === 'linux')('WebGPU', () => {
  test('without a Vulkan driver says what to install', async () => {
    const none = launcherWith({
      VK_DRIVER_FILES: '/nonexistent.json',
      VK_ICD_FILENAMES: '/nonexistent.json',
    });
    const webgpu = statusOf(await probeProviders({ launcher: none, gpus: [] }), 'webgpu');
    expect(webgpu.works).toBe(false);
    expect(webgpu.reason).toMatch(/Vulkan|adapter/);
    expect(webgpu.remedy).toContain('Vulkan driver');
  });

  test.runIf(hasSwiftShader)('on SwiftShader works, is named, and is marked as software', async () => {
    const launcher = launcherWith({
      VK_DRIVER_FILES: swiftshader,
      VK_ICD_FILENAMES: swiftshader,
      LD_LIBRARY_PATH: chromium,
    });
    const statuses = await probeProviders({ launcher, gpus: [] });
    const webgpu = statusOf(statuses, 'webgpu');
    expect(webgpu).toMatchObject({ works: true, software: true, reason: null });
    expect(webgpu.device).toContain('SwiftShader');
    expect(bestProvider({ providers: statuses })).not.toBe('webgpu');
  });
});

describe('a probe that goes wrong is a result with a reason', () => {
  const cuda = async (name: string, deadlineMs = 20_000): Promise<ProviderStatus> => {
    const statuses = await probeProviders({ probeFile: fixture(name), gpus: [], deadlineMs });
    expect(statuses).toHaveLength(providerNames.length);
    expect(statuses.every((status) => !status.works && status.remedy !== null)).toBe(true);
    return statusOf(statuses, 'cuda');
  };

  test('it crashes', async () => {
    const { reason } = await cuda('crashes');
    expect(reason).toMatch(
      process.platform === 'win32'
        ? /crashed/
        : /crashed: .* SIGSEGV \(Fatal: the driver lost the device\)\.$/,
    );
  });

  test('it hangs in native code, and is ended', async () => {
    const end = await runProbe('webgpu', fixture('hangs'), forkProbe, { deadlineMs: 500 });
    expect(end.kind).toBe('hung');
    expect((await cuda('hangs', 500)).reason).toBe(
      'CUDA did not finish one convolution within 0.5 s and was stopped.',
    );
  });

  test('it answers and then hangs: the answer stands, and it is ended', async () => {
    const end = await runProbe('cpu', fixture('answersThenHangs'), forkProbe, { deadlineMs: 20_000 });
    expect(end).toMatchObject({ kind: 'answered', message: { kind: 'failed', error: 'no device' } });
  });

  test('it answers garbage', async () => {
    expect((await cuda('garbage')).reason).toContain('nonsense');
  });

  test('it ends without a word', async () => {
    expect((await cuda('silent')).reason).toContain('exit code 7');
  });

  test('it computes something else', async () => {
    expect((await cuda('miscomputes')).reason).toMatch(/its result is off by/);
  });

  test('ONNX Runtime does not load at all', async () => {
    const status = await cuda('noRuntime');
    expect(status.reason).toContain('GLIBC_2.34');
    expect(status.remedy).toContain('update the distribution');
  });

  test('its file does not exist', async () => {
    expect((await cuda('nowhere')).reason).toContain('exit code 1');
  });

  test('one driver that aborts takes no other provider with it', async () => {
    const statuses = await probeProviders({ probeFile: fixture('onlyGpuCrashes'), gpus: [] });
    expect(statusOf(statuses, 'cpu').works).toBe(true);
    expect(statusOf(statuses, 'webgpu').reason).toContain('crashed');
  });
});

test('the test model is small, and its answer is no accident: neither constant nor zero', () => {
  expect(probeModelBytes().length).toBeLessThan(400);
  expect(new Set(expectedProbeOutput()).size).toBeGreaterThan(10);
  expect(
    [...expectedProbeOutput()].every((value) => Number.isInteger(4 * value) && Math.abs(value) < 100),
  ).toBe(true);
});
