import { ElMessage } from 'element-plus';
import { onScopeDispose } from 'vue';
import { useRouter } from 'vue-router';
import { useText } from '../locales/i18n.ts';
import { bridge } from '../service/bridge.ts';
import { reportFailure } from '../states/reportFailure.ts';
import { useBundles } from '../stores/bundles.ts';
import { useOwnModels } from '../stores/ownModels.ts';

/**
 * ONNX files dropped anywhere into the window become models of one's own, chosen for the next run, and bundles are imported. A browser tells no page
 * where a file lies, and the service measures files where they are: there the page leads to the field for the path.
 */
export function useDroppedFiles(): void {
  const { t } = useText();
  const router = useRouter();
  const own = useOwnModels();
  const bundles = useBundles();

  async function add(files: readonly File[]): Promise<void> {
    const ending = (extension: string) => files.filter(({ name }) => name.toLowerCase().endsWith(extension));
    const [models, results] = [ending('.onnx'), ending('.backbench')];
    if (models.length + results.length === 0) ElMessage.warning(t('own.dropOnly'));
    if (results.length > 0) await takeIn(results);
    if (models.length > 0) await addModels(models);
  }

  /** The page with the bundles tells how far it is and what came in. */
  async function takeIn(files: readonly File[]): Promise<void> {
    await router.push({ name: 'data' });
    for (const file of files) {
      if (bundles.underWay === null) await bundles.take(file);
    }
  }

  async function addModels(models: readonly File[]): Promise<void> {
    const paths = models.map((file) => bridge.pathOfFile(file)).filter((path) => path !== null);
    if (paths.length < models.length) {
      ElMessage.warning({ message: t('own.dropNoPath'), duration: 8000, showClose: true });
      await router.push({ name: 'data' });
      return;
    }
    const names: string[] = [];
    for (const path of paths) {
      const answer = await own.add(path);
      if ('failure' in answer) reportFailure(answer.failure);
      else names.push(answer.model.name);
    }
    if (names.length === 0) return;
    const { name: page, query } = router.currentRoute.value;
    const before = page === 'run' && typeof query.models === 'string' ? query.models.split(',') : [];
    const chosen = [...new Set([...before.filter((name) => name !== ''), ...names])].join(',');
    await router.push({ name: 'run', query: { ...(page === 'run' ? query : {}), models: chosen } });
    ElMessage.success(t('own.dropped', { names: names.join(', ') }));
  }

  const holdsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
  const takesItself = (event: DragEvent): boolean =>
    event.target instanceof HTMLInputElement && event.target.type === 'file';

  function onDragOver(event: DragEvent): void {
    if (!holdsFiles(event) || takesItself(event)) return;
    event.preventDefault();
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy';
  }
  function onDrop(event: DragEvent): void {
    if (!holdsFiles(event) || takesItself(event)) return;
    // Else the browser would leave the page for the file.
    event.preventDefault();
    void add([...(event.dataTransfer?.files ?? [])]);
  }
  window.addEventListener('dragover', onDragOver);
  window.addEventListener('drop', onDrop);
  onScopeDispose(() => {
    window.removeEventListener('dragover', onDragOver);
    window.removeEventListener('drop', onDrop);
  });
}
