import { ElMessage } from 'element-plus';
import { i18n } from '../locales/i18n.ts';

/** Puts a text on the clipboard and tells so; or that the browser refuses. */
export async function copyText(text: string, told: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    ElMessage.success(told);
  } catch {
    ElMessage.error(i18n.global.t('results.copyRefused'));
  }
}
