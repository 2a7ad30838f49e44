import { computed, type ComputedRef } from 'vue';
import { useDark } from '../theme/useTheme.ts';
import { darkFrame, lightFrame, type FrameColours } from './settings.ts';

/** The chart colours of the theme in use. */
export function useFrame(): ComputedRef<FrameColours> {
  const dark = useDark();
  return computed(() => (dark.value ? darkFrame : lightFrame));
}
