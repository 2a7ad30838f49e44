// `npm start`: the window where Electron can open one, else the same pages from the loopback host.
import { keepCompiled } from './compileCache.js';
import { requireNode } from './nodeVersion.js';

requireNode();
keepCompiled();
await import('./startApp.ts');
