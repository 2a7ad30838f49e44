import { closest, distance } from 'fastest-levenshtein';
import type { Architecture } from './architecture.ts';
import { ZooFailure } from './build.ts';
import { architectures as resnet } from './families/resnet.ts';
import { architectures as senet } from './families/senet.ts';
import { architectures as alexnet } from './families/alexnet.ts';
import { architectures as densenet } from './families/densenet.ts';
import { architectures as inceptionV3 } from './families/inceptionv3.ts';
import { architectures as mobilenetV2 } from './families/mobilenetv2.ts';
import { architectures as squeezenet } from './families/squeezenet.ts';
import { architectures as vgg } from './families/vgg.ts';
import { architectures as fbresnet } from './families/fbresnet.ts';
import { architectures as cafferesnet } from './families/cafferesnet.ts';
import { architectures as dpn } from './families/dpn.ts';
import { architectures as nasnet } from './families/nasnet.ts';
import { architectures as pnasnet } from './families/pnasnet.ts';
import { architectures as regnet } from './families/regnet.ts';
import { architectures as nin } from './families/nin.ts';
import { architectures as googlenet } from './families/googlenet.ts';
import { architectures as bnInception } from './families/bninception.ts';
import { architectures as inceptionV4 } from './families/inceptionv4.ts';
import { architectures as inceptionResnetV2 } from './families/inceptionresnetv2.ts';
import { architectures as xception } from './families/xception.ts';
import { architectures as enet } from './families/enet.ts';
import { architectures as mobilenetV1 } from './families/mobilenetv1.ts';
import { architectures as shufflenet } from './families/shufflenet.ts';
import { architectures as shufflenetV2 } from './families/shufflenetv2.ts';
import { architectures as vit } from './families/vit.ts';
import { architectures as resnetd } from './families/resnetd.ts';
import { architectures as resnetrs } from './families/resnetrs.ts';
import { architectures as seresnet } from './families/seresnet.ts';
import { architectures as res2net } from './families/res2net.ts';
import { architectures as polynet } from './families/polynet.ts';
import { architectures as hrnet } from './families/hrnet.ts';
import { architectures as cspnet } from './families/cspnet.ts';
import { architectures as swin } from './families/swin.ts';
import { architectures as repvgg } from './families/repvgg.ts';
import { architectures as dla } from './families/dla.ts';
import { architectures as selecsls } from './families/selecsls.ts';
import { architectures as gernet } from './families/gernet.ts';
import { architectures as mobilevit } from './families/mobilevit.ts';
import { architectures as xceptionAligned } from './families/xceptionaligned.ts';
import { architectures as edgenext } from './families/edgenext.ts';
import { architectures as fastvit } from './families/fastvit.ts';
import { architectures as efficientformer } from './families/efficientformer.ts';
import { architectures as levit } from './families/levit.ts';
import { architectures as mobilenetV3 } from './families/mobilenetv3.ts';
import { architectures as maxvit } from './families/maxvit.ts';
import { architectures as coatnet } from './families/coatnet.ts';
import { architectures as mnasnet } from './families/mnasnet.ts';
import { architectures as efficientnet } from './families/efficientnet.ts';
import { architectures as efficientnetV2 } from './families/efficientnetv2.ts';
import { architectures as poolformer } from './families/poolformer.ts';
import { architectures as pvtV2 } from './families/pvtv2.ts';
import { architectures as mobilevitV2 } from './families/mobilevitv2.ts';
import { architectures as efficientvit } from './families/efficientvit.ts';
import { architectures as mixnet } from './families/mixnet.ts';
import { architectures as fbnet } from './families/fbnet.ts';
import { architectures as hardcorenas } from './families/hardcorenas.ts';
import { architectures as lcnet } from './families/lcnet.ts';
import { architectures as mobilenetV4 } from './families/mobilenetv4.ts';
import { architectures as ghostnet } from './families/ghostnet.ts';
import { architectures as rexnet } from './families/rexnet.ts';
import { architectures as convnext } from './families/convnext.ts';

/** Every backbone, in the order of the papers' years. A new family is one file and one entry here. */
export const catalog: readonly Architecture[] = [
  ...alexnet,
  ...nin,
  ...googlenet,
  ...bnInception,
  ...densenet,
  ...inceptionV3,
  ...inceptionV4,
  ...inceptionResnetV2,
  ...polynet,
  ...xception,
  ...xceptionAligned,
  ...enet,
  ...mobilenetV1,
  ...mobilenetV2,
  ...shufflenet,
  ...shufflenetV2,
  ...squeezenet,
  ...vgg,
  ...resnet,
  ...senet,
  ...fbresnet,
  ...cafferesnet,
  ...dpn,
  ...nasnet,
  ...pnasnet,
  ...regnet,
  ...vit,
  ...resnetd,
  ...resnetrs,
  ...seresnet,
  ...res2net,
  ...hrnet,
  ...cspnet,
  ...swin,
  ...repvgg,
  ...dla,
  ...selecsls,
  ...gernet,
  ...mobilevit,
  ...edgenext,
  ...fastvit,
  ...efficientformer,
  ...levit,
  ...mobilenetV3,
  ...maxvit,
  ...coatnet,
  ...mnasnet,
  ...efficientnet,
  ...efficientnetV2,
  ...poolformer,
  ...pvtV2,
  ...mobilevitV2,
  ...efficientvit,
  ...mixnet,
  ...fbnet,
  ...hardcorenas,
  ...lcnet,
  ...mobilenetV4,
  ...ghostnet,
  ...rexnet,
  ...convnext,
];

const byName = new Map(catalog.map((architecture) => [architecture.name, architecture]));

/** The architecture of this name. Throws ZooFailure('unknown-model') that suggests the nearest name. */
export function architectureNamed(name: string): Architecture {
  const found = byName.get(name);
  if (found !== undefined) return found;
  const nearest = closest(name, [...byName.keys()]);
  const hint = distance(name, nearest) <= Math.max(3, name.length / 2) ? `; did you mean '${nearest}'?` : '';
  throw new ZooFailure(
    'unknown-model',
    `no backbone is named '${name}'${hint} (list them: backbench models)`,
  );
}
