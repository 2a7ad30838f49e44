import { ElMessageBox } from 'element-plus';
import { ref, type Ref } from 'vue';
import { useText } from '../../locales/i18n.ts';
import { reportFailure } from '../../states/reportFailure.ts';
import { useRuns } from '../../stores/runs.ts';

/** Asks before a run is cancelled: what is measured stays, what is not is lost. */
export function useCancelRun(): {
  cancelling: Ref<boolean>;
  confirmAndCancel: (runId: string) => Promise<void>;
} {
  const { t } = useText();
  const runs = useRuns();
  const cancelling = ref(false);

  async function confirmAndCancel(runId: string): Promise<void> {
    try {
      await ElMessageBox.confirm(t('run.cancelText'), t('run.cancelTitle'), {
        confirmButtonText: t('run.cancelConfirm'),
        cancelButtonText: t('run.cancelKeep'),
        confirmButtonClass: 'el-button--danger',
        type: 'warning',
      });
    } catch {
      return;
    }
    cancelling.value = true;
    reportFailure(await runs.cancel(runId));
    cancelling.value = false;
  }

  return { cancelling, confirmAndCancel };
}
