import { defineConfig } from 'vitest/config'

/** Folders whose tests touch nothing but values: all files of a worker share its modules, which saves a second of processor time per file. */
const values = ['profiles', 'parsers', 'facts', 'judge', 'proto', 'trace'].map(folder => `test/${folder}/**/*.test.ts`)
const endToEnd = ['faults', 'healthy', 'trust', 'probe-killed', 'controller-killed', 'patient-hangs']
/** of parts, those that take minutes */
const slow = ['test/captures/nfqlb-rules.test.ts']
const everything = process.env['TRENCHSCOPE_TEST_ALL'] !== undefined

const limits = { testTimeout: 30_000, hookTimeout: 120_000, teardownTimeout: 30_000 }
// twice more: traffic, BIRD and namespaces on a busy machine are late now and then, wrong never
const real = { ...limits, retry: 2 }

/** Tests of values and of parts side by side; then the end-to-end tests one file after the other: each brings up a whole trench. The rest of them: `npm run test:all`. */
export default defineConfig({
  test: {
    projects: [
      { test: { ...limits, name: 'values', include: values, isolate: false, sequence: { groupOrder: 0 } } },
      { test: { ...real, name: 'parts', include: ['test/**/*.test.ts'], exclude: ['test/e2e/**', ...values, ...(everything ? [] : slow)], sequence: { groupOrder: 1 } } },
      { test: { ...real, name: 'e2e', include: everything ? ['test/e2e/*.test.ts'] : endToEnd.map(name => `test/e2e/${name}.test.ts`), testTimeout: 90_000, maxWorkers: 1, sequence: { groupOrder: 2 } } },
    ],
  },
})
