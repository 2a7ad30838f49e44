// @ts-check
import process from 'node:process';

/** The oldest Node that runs TypeScript as it is, and that the native modules are built for. */
const oldest = [22, 18];

/** Ends the process with a sentence on what to do, where this Node is too old for Backbench. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [needMajor = 0, needMinor = 0] = oldest;
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return;
  process.stderr.write(
    `Backbench needs Node ${oldest.join('.')} or newer; this is ${process.versions.node}. ` +
      'Run it through npm (`npm run backbench`, `npm start`), which uses the Node 24 that `npm install` brings.\n',
  );
  process.exit(2);
}
