/** The parts of ECharts in use, and no others. */
import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import {
  BrushComponent,
  GraphicComponent,
  GridComponent,
  LegendScrollComponent,
  TooltipComponent,
} from 'echarts/components';
import { use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer } from 'echarts/renderers';

use([
  CanvasRenderer,
  ScatterChart,
  CustomChart,
  LineChart,
  GridComponent,
  TooltipComponent,
  LegendScrollComponent,
  GraphicComponent,
  BrushComponent,
  LabelLayout,
]);
