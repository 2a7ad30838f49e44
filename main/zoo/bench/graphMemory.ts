/** A process of its own for `bench:zoo`: builds the named backbone's graph and prints by how many MB its resident set grew. */
import { buildGraph } from '../build.ts';
import { architectureNamed } from '../catalog.ts';

const architecture = architectureNamed(process.argv[2] ?? '');
const before = process.memoryUsage.rss();
buildGraph(architecture);
// The collector gives nothing back in these few milliseconds, so what is resident now is also the most there was.
console.log(((process.memoryUsage.rss() - before) / 1e6).toFixed(0));
