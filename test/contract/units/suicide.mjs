export default () => {
  process.kill(process.pid, 'SIGTERM')
}
