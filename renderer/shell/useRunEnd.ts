import { ElNotification } from 'element-plus';
import { watch } from 'vue';
import { useRouter } from 'vue-router';
import { useText } from '../locales/i18n.ts';
import { useRuns } from '../stores/runs.ts';
import { useSettings } from '../stores/settings.ts';

/** Says that a run has ended: on the page, and by the desktop where the person wants that and looks elsewhere. */
export function useRunEnd(): void {
  const { t } = useText();
  const router = useRouter();
  const runs = useRuns();
  const settings = useSettings();

  watch(
    () => runs.active?.id,
    (_now, endedId) => {
      const ended = endedId === undefined ? null : runs.run(endedId);
      if (ended === null || (ended.state !== 'done' && ended.state !== 'interrupted')) return;
      const done = ended.jobs.filter((job) => job.state === 'done').length;
      const failed = ended.jobs.filter((job) => job.state === 'failed').length;
      const title = t(`run.ended.${ended.state}`);
      const message = t('run.endedText', { done, failed });
      const show = (): void => void router.push({ name: 'runDetail', params: { runId: ended.id } });
      ElNotification({
        title,
        message,
        type: failed > 0 || ended.state === 'interrupted' ? 'warning' : 'success',
        position: 'bottom-left',
        onClick: show,
      });
      if (settings.notifyAtEnd && document.hidden && Notification.permission === 'granted') {
        new Notification(title, { body: message }).addEventListener('click', () => {
          window.focus();
          show();
        });
      }
    },
  );
}
