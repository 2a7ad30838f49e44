import type { LatencyMode } from '../../preload/contract.ts';
import type { Words } from './statementText.ts';

/** A latency mode with its rate or sessions, as a sentence. */
export function modeText(mode: LatencyMode, { t, format }: Pick<Words, 't' | 'format'>): string {
  switch (mode.kind) {
    case 'single-stream':
      return t('mode.singleStream');
    case 'offline':
      return t('mode.offline', { sessions: format.whole(mode.sessions) });
    case 'server':
      return t('mode.server', { rate: format.plain(mode.requestsPerSecond) });
    case 'paced':
      return t('mode.paced', { rate: format.plain(mode.framesPerSecond) });
  }
}
