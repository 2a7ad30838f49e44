/**
 * The model that a probe runs: one 3×3 convolution over 1×2×4×4, two channels in and out, zero padding, as 270 bytes of
 * ONNX. A convolution, because that is what backbones are made of and what loads the libraries that go missing (cuDNN).
 * All values are small multiples of 1/4, exact in float16 and TF32 as well, so any provider must hit the expected output.
 *
 * Encoded by hand below rather than through `main/onnx`: this room must not depend on the code whose models it clears.
 * Field numbers are those of onnx.proto (ModelProto.graph = 7, GraphProto.node = 1, …).
 */
const inputShape = [1, 2, 4, 4] as const;
const weightShape = [2, 2, 3, 3] as const;

export const probeInput = {
  name: 'x',
  shape: inputShape,
  values: Float32Array.from({ length: 32 }, (_, i) => ((i * 5) % 9) - 4),
};

const weights = Float32Array.from({ length: 36 }, (_, i) => (((i * 7) % 11) - 5) / 4);

/** The convolution computed here in plain loops: what every provider has to answer. */
export function expectedProbeOutput(): Float32Array {
  const output = new Float32Array(32);
  for (let out = 0; out < 2; out += 1) {
    for (let y = 0; y < 4; y += 1) {
      for (let x = 0; x < 4; x += 1) {
        let sum = 0;
        for (let tap = 0; tap < 18; tap += 1) {
          const channel = Math.floor(tap / 9);
          const fromY = y + Math.floor((tap % 9) / 3) - 1;
          const fromX = x + (tap % 3) - 1;
          if (fromY < 0 || fromY > 3 || fromX < 0 || fromX > 3) continue;
          sum += (probeInput.values[channel * 16 + fromY * 4 + fromX] ?? 0) * (weights[out * 18 + tap] ?? 0);
        }
        output[out * 16 + y * 4 + x] = sum;
      }
    }
  }
  return output;
}

const floatType = 1;
const intsAttribute = 7;

export function probeModelBytes(): Uint8Array {
  const weightTensor = [
    ...weightShape.flatMap((size) => number(1, size)),
    ...number(2, floatType),
    ...text(8, 'w'),
    ...bytes(9, new Uint8Array(weights.buffer)),
  ];
  const pads = [
    ...text(1, 'pads'),
    ...[1, 1, 1, 1].flatMap((pad) => number(8, pad)),
    ...number(20, intsAttribute),
  ];
  const node = [...text(1, 'x'), ...text(1, 'w'), ...text(2, 'y'), ...text(4, 'Conv'), ...bytes(5, pads)];
  const graph = [
    ...bytes(1, node),
    ...text(2, 'probe'),
    ...bytes(5, weightTensor),
    ...bytes(11, valueInfo('x')),
    ...bytes(12, valueInfo('y')),
  ];
  const irVersion = 8;
  const opset = 13;
  return Uint8Array.from([...number(1, irVersion), ...bytes(7, graph), ...bytes(8, number(2, opset))]);
}

/** ValueInfoProto of a float tensor of the input's shape, which is the output's too. */
function valueInfo(name: string): number[] {
  const shape = inputShape.flatMap((size) => bytes(1, number(1, size)));
  return [...text(1, name), ...bytes(2, bytes(1, [...number(1, floatType), ...bytes(2, shape)]))];
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

function number(field: number, value: number): number[] {
  return [...varint(field << 3), ...varint(value)];
}

function bytes(field: number, content: ArrayLike<number>): number[] {
  return [...varint((field << 3) | 2), ...varint(content.length), ...Array.from(content)];
}

function text(field: number, value: string): number[] {
  return bytes(field, new TextEncoder().encode(value));
}
