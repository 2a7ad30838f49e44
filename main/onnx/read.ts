import { constants } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ModelFailure } from './failure.ts';
import type { Graph } from './graph.ts';
import { clip } from './inference/context.ts';
import { checkExternalData } from './reading/externalData.ts';
import { readGraph, type FileContext } from './reading/graph.ts';
import { readEntry } from './reading/tensor.ts';
import { drive, wire, WireCursor, type Reading } from './reading/wire.ts';

/** Versions of ai.onnx's operator set whose meaning shape inference and cost analysis know. */
export const supportedOpsets = { oldest: 7, newest: 25 } as const;

/** protobuf's own limit for one message. */
const mostFileBytes = 2 ** 31 - 1;

/** A graph as a file holds it. */
export interface FileGraph extends Graph {
  /** The files that hold weights of this model beside its own: paths from its folder, none leading out of it. */
  readonly dataFiles: readonly string[];
}

/**
 * Reads a model's graph without its weights: shapes and small constants are kept, everything larger is stepped over,
 * so that a file of any size costs milliseconds and a few megabytes.
 * Throws ModelFailure, which names the file and the cause, for anything that is not a whole ONNX model of a supported
 * operator set, and for external data that is missing or outside the model's folder (nothing there is opened).
 */
export async function readModel(path: string): Promise<FileGraph> {
  const size = await sizeOf(path);
  let file: FileHandle;
  try {
    // Not to hang on a pipe that took the file's place since.
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw unreadable(path, error);
  }
  try {
    const cursor = new WireCursor(path, size);
    const outline = await drive(readOutline(cursor), cursor, file);
    const context = checkedOutline(path, outline);
    cursor.position = outline.graphStart;
    const graph = await drive(readGraph(cursor, outline.graphEnd, context, 0), cursor, file);
    if (graph.nodes.length === 0 && graph.outputs.length === 0) {
      throw new ModelFailure('not-onnx', `${path} holds an empty graph: it is no ONNX model.`);
    }
    await checkExternalData(path, context.external);
    const dataFiles = new Set(context.external.map(({ entries }) => entries.get('location') ?? ''));
    return { ...graph, dataFiles: [...dataFiles] };
  } catch (error) {
    throw error instanceof ModelFailure ? error : unreadable(path, error);
  } finally {
    await file.close();
  }
}

/** Bytes of a model's own file and of those that it keeps weights in. */
export async function bytesOnDisk(path: string, { dataFiles }: FileGraph): Promise<number> {
  const files = [path, ...dataFiles.map((name) => join(dirname(path), name))];
  const found = await Promise.all(files.map((file) => stat(file)));
  return found.reduce((sum, { size }) => sum + size, 0);
}

async function sizeOf(path: string): Promise<number> {
  let found;
  try {
    found = await stat(path);
  } catch (error) {
    throw unreadable(path, error);
  }
  if (found.isDirectory())
    throw new ModelFailure('file-unreadable', `${path} is a folder, not a model file.`);
  if (!found.isFile()) throw new ModelFailure('file-unreadable', `${path} is not a regular file.`);
  if (found.size === 0) throw new ModelFailure('file-empty', `${path} is empty (0 bytes).`);
  if (found.size > mostFileBytes) {
    throw new ModelFailure(
      'file-too-large',
      `${path} has ${found.size} bytes; an ONNX file holds at most 2 GB (larger models keep their weights in external data).`,
    );
  }
  return found.size;
}

function unreadable(path: string, error: unknown): ModelFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new ModelFailure('file-missing', `${path} does not exist.`);
  if (code === 'ERR_INVALID_ARG_VALUE')
    return new ModelFailure('file-missing', 'A file name cannot contain a NUL character.');
  const reason = code === 'EACCES' || code === 'EPERM' ? 'permission denied' : code || String(error);
  return new ModelFailure('file-unreadable', `${path} cannot be read: ${reason}.`);
}

/** ModelProto without its graph's content. */
interface Outline {
  irVersion: number;
  graphs: number;
  graphStart: number;
  graphEnd: number;
  opsetImports: number;
  readonly opsets: Map<string, number>;
  readonly metadata: Map<string, string>;
}

/** Fields of ModelProto: ir_version 1, producer_name 2, producer_version 3, graph 7, opset_import 8, metadata_props 14. */
function* readOutline(cursor: WireCursor): Reading<Outline> {
  const end = cursor.size;
  const outline: Outline = {
    irVersion: 0,
    graphs: 0,
    graphStart: 0,
    graphEnd: 0,
    opsetImports: 0,
    opsets: new Map(),
    metadata: new Map(),
  };
  while (cursor.position < end) {
    if (cursor.lacksField(end)) yield;
    cursor.field(end);
    const { number, wireType, end: payload } = cursor;
    if (number === 1 && wireType === wire.varint) {
      outline.irVersion = cursor.value;
      cursor.isModel = cursor.value >= 1 && cursor.value < 1000;
    } else if (wireType === wire.bytes) {
      if (number === 7) {
        outline.graphs++;
        outline.graphStart = cursor.position;
        outline.graphEnd = payload;
      } else if (number === 8) yield* readOpsetImport(cursor, payload, outline);
      else if (number === 14) yield* readEntry(cursor, payload, outline.metadata);
      else if ((number === 2 || number === 3) && !cursor.isLongText()) {
        if (cursor.lacksText()) yield;
        outline.metadata.set(number === 2 ? 'producer_name' : 'producer_version', cursor.text());
      }
    }
    cursor.position = payload;
  }
  return outline;
}

/** OperatorSetIdProto: domain 1, version 2. */
function* readOpsetImport(cursor: WireCursor, end: number, outline: Outline): Reading<void> {
  let domain = '';
  let version = 0;
  while (cursor.position < end) {
    if (cursor.lacksField(end)) yield;
    cursor.field(end);
    const payload = cursor.end;
    if (cursor.number === 1 && cursor.wireType === wire.bytes) {
      if (cursor.lacksText()) yield;
      domain = cursor.text();
    } else if (cursor.number === 2 && cursor.wireType === wire.varint) version = cursor.value;
    cursor.position = payload;
  }
  outline.opsets.set(domain === 'ai.onnx' ? '' : domain, version);
  outline.opsetImports++;
}

function checkedOutline(path: string, outline: Outline): FileContext {
  const notOnnx = (what: string) => new ModelFailure('not-onnx', `${path} is no ONNX model: ${what}.`);
  if (outline.graphs === 0) throw notOnnx('it holds no graph');
  if (outline.graphs > 1) throw notOnnx('it holds more than one graph');
  if (outline.opsetImports === 0) throw notOnnx('it does not say which operator set it uses');
  const opset = outline.opsets.get('');
  const { oldest, newest } = supportedOpsets;
  if (opset !== undefined && (opset < oldest || opset > newest)) {
    throw new ModelFailure(
      'opset-unsupported',
      `${path} uses operator set ${opset} of ai.onnx; versions ${oldest} to ${newest} are supported.`,
    );
  }
  const others = [...outline.opsets].find(([, version]) => !Number.isSafeInteger(version) || version < 0);
  if (others) throw notOnnx(`operator set '${clip(others[0])}' has version ${others[1]}`);
  return {
    opsets: Object.fromEntries(outline.opsets),
    irVersion: outline.irVersion,
    metadata: Object.fromEntries(outline.metadata),
    external: [],
  };
}
