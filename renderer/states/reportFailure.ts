import { ElMessage } from 'element-plus';
import type { Failure } from '../../preload/contract.ts';
import { failureText } from '../words/failureText.ts';

/** Tells of an action that failed, where nothing on the page would show it. Returns whether there was a failure. */
export function reportFailure(failure: Failure | null): boolean {
  if (failure === null) return false;
  const { message, remedy } = failureText(failure);
  ElMessage.error({
    message: remedy === null ? message : `${message} ${remedy}`,
    showClose: true,
    duration: 8000,
  });
  return true;
}
