import process from 'node:process';
import { z } from 'zod';
import { openWorkerPort } from '../measure/workerPort.ts';
import { hostService } from './hostService.ts';

// No code is made from text in any process of the app.
z.config({ jitless: true });

/** Entry file of the service's process: an Electron utility process, or a plain Node process in the tests. */
hostService(openWorkerPort(), () => process.exit(0));
