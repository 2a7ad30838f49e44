import { bytesPerMb, type Format } from '../../format/quantities.ts';
import type { Question } from './question.ts';

/** A question in a few words, e.g. "≥ 30 FPS · ≤ 700 MB"; empty where it has no limits. */
export function questionText(question: Question, format: Format): string {
  const parts: string[] = [];
  if (question.fps !== null) parts.push(`≥ ${format.plain(question.fps)} FPS`);
  if (question.latencyMs !== null) parts.push(`≤ ${format.plain(question.latencyMs)} ms`);
  if (question.memoryMb !== null) parts.push(`≤ ${format.bytes(question.memoryMb * bytesPerMb)}`);
  if (question.top1 !== null) parts.push(`top-1 ≥ ${format.plain(question.top1)} %`);
  if (question.paramsM !== null) parts.push(`≤ ${format.params(question.paramsM * 1e6)}`);
  if (question.gmacs !== null)
    parts.push(`≤ ${format.cost(question.gmacs * 1e9)} ${format.costUnit.slice(1)}`);
  if (question.provider !== '') parts.push(question.provider);
  if (question.batch !== 1) parts.push(`× ${format.whole(question.batch)}`);
  return parts.join(' · ');
}
