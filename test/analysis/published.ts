import { publishedRows, sawExtraData } from '../../main/zoo/published.ts';
import { bianco2018Devices } from '../../main/analysis/reference/bianco2018.ts';
import { TimmIndex } from '../../main/analysis/reference/timm.ts';

/** The tables that ship, as the service loads them. */
export const bianco2018 = bianco2018Devices({
  models: publishedRows('bianco2018/models.csv'),
  latency: publishedRows('bianco2018/latency.csv'),
  memory: publishedRows('bianco2018/memory.csv'),
});

export const timmIndex = new TimmIndex({
  accuracy: publishedRows('timm/accuracy.csv'),
  costs: publishedRows('timm/costs.csv'),
  sawExtraData,
});
