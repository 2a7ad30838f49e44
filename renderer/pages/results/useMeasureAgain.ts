import { ElMessage, ElMessageBox } from 'element-plus';
import { useRouter } from 'vue-router';
import { presets, type Result } from '../../../preload/contract.ts';
import { useFormat } from '../../format/useFormat.ts';
import { useText } from '../../locales/i18n.ts';
import { reportFailure } from '../../states/reportFailure.ts';
import { useRuns } from '../../stores/runs.ts';
import { useSettings } from '../../stores/settings.ts';
import { againLosses, againQuery, type SharedSetting } from '../run/again.ts';

const settingNames = {
  provider: 'machine.provider',
  use: 'results.use',
  inputSize: 'run.inputSize',
  threads: 'run.threads',
  affinity: 'results.affinity',
  arena: 'run.arena',
  options: 'results.providerOptions',
  mode: 'mode.title',
} as const satisfies Record<SharedSetting, string>;

/**
 * Opens the run page set to what these results measured, by the plan of the first; the person may change it before starting. Where
 * its form cannot hold just these, they can be measured as they are instead; the form then says what it does not keep of them.
 */
export function useMeasureAgain() {
  const { t } = useText();
  const format = useFormat();
  const router = useRouter();
  const runs = useRuns();
  const settings = useSettings();

  /** Whether to measure exactly the chosen results, or to open the form (false); null: neither. */
  async function asksExactly(chosen: number): Promise<boolean | null> {
    try {
      await ElMessageBox.confirm(t('results.againExactlyText'), t('results.againExactlyTitle'), {
        confirmButtonText: t('results.againExactly', { chosen: format.value.whole(chosen) }),
        cancelButtonText: t('results.againForm'),
        distinguishCancelAndClose: true,
      });
      return true;
    } catch (action) {
      return action === 'cancel' ? false : null;
    }
  }

  async function measureExactly(results: readonly [Result, ...Result[]]): Promise<void> {
    const answer = await runs.again(results, presets[settings.preset]);
    if ('failure' in answer) reportFailure(answer.failure);
    else await router.push({ name: 'runDetail', params: { runId: answer.runId } });
  }

  return async (results: readonly Result[]): Promise<void> => {
    const [first, ...others] = results;
    if (first === undefined) return;
    const configurations = results.map(({ configuration }) => configuration);
    const { unshared, combinations } = againLosses(configurations);
    if (unshared.length > 0 || combinations !== null) {
      const exactly = await asksExactly(results.length);
      if (exactly === null) return;
      if (exactly) return measureExactly([first, ...others]);
    }
    await router.push({ name: 'run', query: againQuery(configurations, await runs.planOf(first)) });
    const names = unshared.map((name) => t(settingNames[name])).join(', ');
    const said = [
      ...(names === '' ? [] : [t('results.againUnshared', { names })]),
      ...(combinations === null
        ? []
        : [t('results.againAll', { chosen: results.length, count: format.value.whole(combinations) })]),
    ];
    if (said.length === 0) return;
    const told = ElMessage.info({ message: said.join(' '), duration: 12_000, showClose: true });
    // It speaks of the run page alone.
    const stop = router.afterEach(({ name }) => {
      if (name === 'run') return;
      told.close();
      stop();
    });
  };
}
