// `npm start`: the window where Electron can open one, else the same pages from the loopback host.
import { requireNode } from './nodeVersion.js';

requireNode();
await import('./startApp.ts');
