/** What is wrong with a model file or graph, as a code that callers can act on. */
export type ModelFailureCode =
  | 'file-missing'
  | 'file-unreadable'
  | 'file-empty'
  | 'file-too-large'
  | 'not-protobuf'
  | 'truncated'
  | 'not-onnx'
  | 'opset-unsupported'
  | 'external-data-refused'
  | 'external-data-missing'
  | 'graph-invalid'
  | 'shape-invalid';

/** A model that cannot be read or analysed. The message names the file or node and the cause in one sentence. */
export class ModelFailure extends Error {
  readonly code: ModelFailureCode;

  constructor(code: ModelFailureCode, message: string) {
    super(message);
    this.name = 'ModelFailure';
    this.code = code;
  }
}
