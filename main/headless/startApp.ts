import { parseArgs } from 'node:util';
import { openService } from '../service/openService.ts';
import { resolveDataFolder } from '../store/dataFolder.ts';
import { buildApp } from './buildApp.ts';
import { electronBinary, openElectron } from './electronBinary.ts';
import { endOf } from './failure.ts';
import { startLoopbackHost } from './loopbackHost.ts';

/** `npm start [-- --browser --port N --data-dir FOLDER]`. */
async function startApp(): Promise<void> {
  const { values } = parseArgs({
    options: { browser: { type: 'boolean' }, port: { type: 'string' }, 'data-dir': { type: 'string' } },
  });
  const electron =
    values.browser === true ? { path: null, reason: 'asked for the browser' } : electronBinary();
  const built = await buildApp({ desktop: electron.path !== null });
  if (electron.path !== null) {
    process.exitCode = await openElectron(electron.path);
    return;
  }
  console.log(`No window of its own: ${electron.reason}. Backbench runs in your browser instead.`);
  const service = await openService({
    dataDir: resolveDataFolder(values['data-dir'] ?? null),
    resumeRuns: true,
  });
  if (service.recovered !== null) {
    console.log(
      `The database was damaged (${service.recovered.reason}). It now lies at ${service.recovered.movedTo}; a fresh one was begun.`,
    );
  }
  const host = await startLoopbackHost({
    service,
    rendererFolder: built.rendererFolder,
    port: Number(values.port ?? 0),
  });
  console.log(`Open ${host.url}\nResults are kept in ${service.dataDir}. Ctrl-C ends.`);
  const end = () => {
    void host.close().then(() => service.close());
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
}

try {
  await startApp();
} catch (error) {
  const { exitCode, message } = endOf(error);
  if (message !== undefined) console.error(message);
  process.exitCode = exitCode;
}
