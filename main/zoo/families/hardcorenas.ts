import { defineFamily } from '../architecture.ts';
import { mobileNetwork, pooledHead } from '../blocks/mobileNetwork.ts';
import { inverted, plain, separable, type Manner, type Row } from '../blocks/mobileRows.ts';
import { roundChannels } from '../blocks/roundChannels.ts';

const manner: Manner = {
  activation: 'hardSwish',
  squeezed: (_input, hidden, share) => roundChannels(hidden * share),
  squeezeActivation: 'relu',
  gate: 'hardSigmoid',
};

/** A searched block: kernel, expansion, and `s` where it has a gate (to a quarter of its hidden width). */
type Choice = `k${3 | 5}e${3 | 4 | 6}${'' | 's'}`;

/** The space around MobileNet-v3 (arXiv 2102.11646): stages fixed but for the choice of their blocks. */
const space = [
  { channels: 24, stride: 2, activation: 'relu' },
  { channels: 40, stride: 2, activation: 'relu' },
  { channels: 80, stride: 2, activation: 'hardSwish' },
  { channels: 112, stride: 1, activation: 'hardSwish' },
  { channels: 192, stride: 2, activation: 'hardSwish' },
] as const;

type Stage = readonly Choice[];

function hardCoreNas(...choices: readonly [Stage, Stage, Stage, Stage, Stage]) {
  const searched = space.map(({ channels, stride, activation }, stage) =>
    (choices[stage] ?? []).map((choice, index): Row => {
      const [kernel, expansion] = [Number(choice[1]), Number(choice[3])];
      const squeeze = choice.endsWith('s') ? 0.25 : 0;
      return inverted(kernel, expansion, channels, { stride: index === 0 ? stride : 1, squeeze, activation });
    }),
  );
  const stages = [[separable(3, 16, { activation: 'relu' })], ...searched, [plain(1, 960)]];
  return mobileNetwork({ manner, stem: 32, stages, head: pooledHead(1280) });
}

/** Search under a hard latency constraint: Nayman et al. 2021; the six found networks as in timm. */
export const architectures = defineFamily(
  { family: 'HardCoRe-NAS', year: 2021, paper: 'arXiv 2102.11646' },
  {
    hardcorenas_a: {
      timm: 'hardcorenas_a',
      build: hardCoreNas(
        ['k5e3', 'k5e3s'],
        ['k5e3', 'k5e6s'],
        ['k5e6s', 'k5e6s'],
        ['k5e6s', 'k5e6s'],
        ['k5e6s', 'k5e6s'],
      ),
    },
    hardcorenas_b: {
      timm: 'hardcorenas_b',
      build: hardCoreNas(
        ['k5e3', 'k5e3s', 'k3e3'],
        ['k5e3', 'k5e3', 'k5e3'],
        ['k5e3', 'k5e3', 'k3e3', 'k3e3'],
        ['k5e3', 'k3e3', 'k3e3', 'k3e3'],
        ['k5e6s', 'k5e6s', 'k3e3s'],
      ),
    },
    hardcorenas_c: {
      timm: 'hardcorenas_c',
      build: hardCoreNas(
        ['k5e3', 'k5e3s'],
        ['k5e3', 'k5e3', 'k5e3', 'k5e3'],
        ['k5e4', 'k5e6s', 'k3e3', 'k3e3'],
        ['k5e6s', 'k3e3', 'k3e3', 'k3e3'],
        ['k5e6s', 'k5e6s', 'k3e3s'],
      ),
    },
    hardcorenas_d: {
      timm: 'hardcorenas_d',
      build: hardCoreNas(
        ['k5e3s', 'k5e3s'],
        ['k5e3s', 'k5e4s', 'k3e3s'],
        ['k5e4s', 'k3e3s', 'k3e3s', 'k3e3s'],
        ['k3e4s', 'k5e4s', 'k3e3s', 'k5e3s'],
        ['k5e6s', 'k5e6s', 'k5e6s', 'k3e6s'],
      ),
    },
    hardcorenas_e: {
      timm: 'hardcorenas_e',
      build: hardCoreNas(
        ['k5e3s', 'k5e3s'],
        ['k5e6s', 'k5e4s', 'k5e4s', 'k3e3s'],
        ['k5e4s', 'k3e6s'],
        ['k5e6s', 'k5e6s', 'k5e6s', 'k5e3s'],
        ['k5e6s', 'k5e6s', 'k5e6s', 'k3e6s'],
      ),
    },
    hardcorenas_f: {
      timm: 'hardcorenas_f',
      build: hardCoreNas(
        ['k5e3s', 'k5e3s'],
        ['k5e6s', 'k5e6s'],
        ['k5e6s', 'k5e6s', 'k3e3s', 'k3e3s'],
        ['k3e6s', 'k5e6s', 'k5e6s', 'k3e3s'],
        ['k5e6s', 'k5e6s', 'k3e6s', 'k3e6s'],
      ),
    },
  },
);
