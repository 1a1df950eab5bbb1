/** Work of several steps: each `yield` waits for a child or a promise. Wholly synchronous when nothing has to be waited for. */
export type Procedure = Generator<void, void, unknown>
