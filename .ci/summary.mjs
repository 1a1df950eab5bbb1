// Prints "N passed, N failed", summed over the reports of vitest named as arguments. Exits 1 when anything failed.
import { readFileSync } from 'node:fs'

const total = { passed: 0, failed: 0 }
for (const file of process.argv.slice(2)) {
  const { passed, failed } = countsOf(file)
  total.passed += passed
  total.failed += failed
}
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 ? 0 : 1

function countsOf(file) {
  let report
  try {
    report = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return { passed: 0, failed: 1 }
  }
  // A file that cannot be loaded, or whose set-up fails, fails without a failed test in it.
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  ).length
  const failed = report.numFailedTests + broken
  // An error outside any test, such as an unhandled rejection, shows in the verdict alone.
  return { passed: report.numPassedTests, failed: failed === 0 && !report.success ? 1 : failed }
}
