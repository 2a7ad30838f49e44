import { ElMessage, ElMessageBox } from 'element-plus';
import { ref, type Ref } from 'vue';
import { useText } from '../../locales/i18n.ts';
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
    const failure = await runs.cancel(runId);
    cancelling.value = false;
    if (failure !== null) ElMessage.error({ message: failure.message, showClose: true });
  }

  return { cancelling, confirmAndCancel };
}
