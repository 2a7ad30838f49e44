import type { GraphBuilder, Value } from '../onnx/builder.ts';

/** Classes of ImageNet-1k, which every catalog model tells apart. */
export const imagenetClasses = 1000;

/** Which input sizes an architecture can be built for. */
export type InputSizes =
  /** Square sizes that are a multiple of `multipleOf`, from `min` px. */
  | { readonly multipleOf: number; readonly min: number }
  /** Only its own: position embeddings or windows are made for it. */
  | 'fixed';

/** One backbone: how it is built, and its names elsewhere. */
export interface Architecture {
  /** torchvision's name where it has one, else timm's, else the paper's in the same spelling. */
  readonly name: string;
  readonly family: string;
  /** Year of the paper. */
  readonly year: number;
  /** arXiv id or other citation of the paper. */
  readonly paper: string;
  /** timm's architecture name (without the weights' tag), or null. */
  readonly timm: string | null;
  /**
   * timm's name of the weights whose accuracy this graph has, where that is not `timm`: branches merged into one layer compute
   * the same, but timm's costs are of the unmerged form.
   */
  readonly timmWeights: string | null;
  /** torchvision's builder name, or null. */
  readonly torchvision: string | null;
  /** Name in the tables of arXiv 1810.00736 and its data files, or null. */
  readonly bianco2018: string | null;
  /** Name in Cadene/pretrained-models.pytorch's accuracy table, or null. */
  readonly cadene: string | null;
  /** Native input, square, in px. */
  readonly inputSize: number;
  readonly inputSizes: InputSizes;
  /**
   * Builds the layers from the image [N, 3, H, W] to the class scores [N, 1000]. On the way it marks the pyramid's maps with
   * `g.tap` (the last map at each stride of 4, 8, 16, 32 that it has) and the pooled vector with `g.features`.
   */
  readonly build: (g: GraphBuilder, image: Value) => Value;
}

/** What the entries of a family share, and what each may leave out. */
type FamilyDefaults = Pick<Architecture, 'family' | 'year' | 'paper'> &
  Partial<Pick<Architecture, 'inputSize' | 'inputSizes'>>;
type Entry = Pick<Architecture, 'build'> & Partial<Omit<Architecture, 'name' | 'build'>>;

/**
 * A family's architectures from a table by name. Defaults: 224 px, any multiple of 32 from 64 px, no reference names.
 */
export function defineFamily(
  defaults: FamilyDefaults,
  entries: Readonly<Record<string, Entry>>,
): readonly Architecture[] {
  return Object.entries(entries).map(([name, entry]) => ({
    timm: null,
    timmWeights: null,
    torchvision: null,
    bianco2018: null,
    cadene: null,
    inputSize: 224,
    inputSizes: { multipleOf: 32, min: 64 },
    ...defaults,
    ...entry,
    name,
  }));
}
