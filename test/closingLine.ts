import type { Reporter, TestModule } from 'vitest/node';

/** Ends a test run with one plain line, "N passed, M failed", for whoever reads only that. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const passed = tests.filter((test) => test.result().state === 'passed').length;
    // A file that does not load has no tests to fail, but it failed.
    const broken = modules.filter((module) => module.errors().length > 0).length;
    const failed =
      tests.filter((test) => test.result().state === 'failed').length + broken + unhandled.length;
    process.stdout.write(`${passed} passed, ${failed} failed\n`);
  }
}
