import { defineConfig } from 'vitest/config'

// twice more: traffic, BIRD and namespaces on a busy machine are late now and then, wrong never
const shared = { retry: 2, testTimeout: 30_000, hookTimeout: 120_000, teardownTimeout: 30_000 }

/** Unit and component tests side by side; then the end-to-end tests one file after the other: each brings up a whole trench and times out on a machine that is too busy. */
export default defineConfig({
  test: {
    projects: [
      { test: { ...shared, name: 'parts', include: ['test/**/*.test.ts'], exclude: ['test/e2e/**'], sequence: { groupOrder: 0 } } },
      { test: { ...shared, name: 'e2e', include: process.env['TRENCHSCOPE_TEST_KILLS_TOO'] ? ['test/e2e/*.test.ts'] : ['test/e2e/faults.test.ts'], testTimeout: 90_000, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
})
