#!/usr/bin/env node
// The command line's entry. Plain JavaScript, because an old Node must be able to read the reason why it will not do:
// under Node 20 the database addon does not fail politely, it crashes the process.
import { keepCompiled } from './compileCache.js';
import { requireNode } from './nodeVersion.js';

requireNode();
keepCompiled();
await import('./cli.ts');
