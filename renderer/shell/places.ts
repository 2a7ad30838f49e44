import {
  Aim,
  Clock,
  Coin,
  Cpu,
  FolderOpened,
  DataAnalysis,
  House,
  Medal,
  Setting,
  Tickets,
  TrendCharts,
  VideoPlay,
} from '@element-plus/icons-vue';
import type { Component } from 'vue';
import { textKey } from '../locales/i18n.ts';

/** A page that can be gone to from anywhere: its name in the router, title, icon and the key after "g". */
export interface Place {
  route: string;
  title: string;
  icon: Component;
  key: string;
}

export const places: readonly Place[] = [
  { route: 'home', title: textKey('page.home'), icon: House, key: 'h' },
  { route: 'find', title: textKey('page.find'), icon: Aim, key: 'f' },
  { route: 'machine', title: textKey('page.machine'), icon: Cpu, key: 'm' },
  { route: 'run', title: textKey('page.run'), icon: VideoPlay, key: 'r' },
  { route: 'runs', title: textKey('page.runs'), icon: Clock, key: 'q' },
  { route: 'results', title: textKey('page.results'), icon: Tickets, key: 'l' },
  { route: 'charts', title: textKey('page.charts'), icon: DataAnalysis, key: 'c' },
  { route: 'analyses', title: textKey('page.analyses'), icon: TrendCharts, key: 'y' },
  { route: 'recommend', title: textKey('page.recommend'), icon: Medal, key: 'a' },
  { route: 'models', title: textKey('page.models'), icon: Coin, key: 'b' },
  { route: 'data', title: textKey('page.data'), icon: FolderOpened, key: 'd' },
  { route: 'settings', title: textKey('page.settings'), icon: Setting, key: 's' },
];
