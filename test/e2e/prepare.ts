import { requireChromium } from './chromium.ts';

// Before anything else is spent: without a browser the end-to-end tests cannot run, and they are never skipped.
console.log(`End-to-end tests will drive ${requireChromium()}`);
