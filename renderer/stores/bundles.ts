import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { mostBundleBytes, type CallInput } from '../../preload/contract.ts';
import { download } from '../format/download.ts';
import { base64Of, bytesOf } from '../service/base64.ts';
import { useLongCall } from '../service/longCall.ts';
import { useDevices } from './devices.ts';

/** The one bundle that goes out or comes in, whichever page is open meanwhile. */
export const useBundles = defineStore('bundles', () => {
  const devices = useDevices();
  const exporting = useLongCall('exportBundle');
  const importing = useLongCall('importBundle');
  /** The last file was larger than any that is taken. */
  const tooLarge = ref(false);

  const underWay = computed(() => {
    if (exporting.loading.value) return 'export';
    return importing.loading.value ? 'import' : null;
  });
  const progress = computed(() =>
    underWay.value === 'export' ? exporting.progress.value : importing.progress.value,
  );
  const failure = computed(() => exporting.failure.value ?? importing.failure.value);
  const imported = computed(() => importing.value.value);

  /** The person has seen why the last one failed. */
  function dismiss(): void {
    exporting.failure.value = importing.failure.value = null;
  }

  function begin(): void {
    dismiss();
    tooLarge.value = false;
    importing.value.value = null;
  }

  /** Exports results of a machine, of a run, or all; the file goes where downloads go. */
  async function send(which: CallInput<'exportBundle'>): Promise<void> {
    begin();
    await exporting.ask(which);
    const exported = exporting.value.value;
    if (exported === null) return;
    exporting.value.value = null;
    download(exported.fileName, new Blob([bytesOf(exported.base64)], { type: 'application/gzip' }));
  }

  /** Takes a bundle in. */
  async function take(file: File): Promise<void> {
    begin();
    tooLarge.value = file.size > mostBundleBytes;
    if (tooLarge.value) return;
    if (await importing.ask({ fileName: file.name, base64: await base64Of(file) })) void devices.again();
  }

  function stop(): void {
    exporting.stop();
    importing.stop();
  }

  return { underWay, progress, failure, tooLarge, imported, send, take, stop, dismiss };
});
