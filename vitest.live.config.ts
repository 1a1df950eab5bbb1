import { defineConfig } from 'vitest/config'
import base from './vitest.config.js'

/** The live tier: tests that need the network, git, Erlang or other software beyond Node and npm. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/live/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
})
