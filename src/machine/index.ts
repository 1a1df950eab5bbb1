export { compile } from './compile.js'
export type { CompiledMachine, MachineDelay, MachineHost } from './compiled.js'
export type {
  Definition,
  DefinitionDelay,
  DefinitionHandler,
  DefinitionNode,
  DefinitionTransition,
} from './definition.js'
export { MachineError, type MachineErrorCode, type MachineErrorData } from './error.js'
export { graph, type MachineGraph, type MachineGraphEdge, type MachineGraphNode } from './graph.js'
export type { EventName, StateName } from './names.js'
export { MachineRunner, type MachineRunnerOptions } from './run.js'
export type { MachineSource } from './source.js'
export { type MachineFinding, verify } from './verify.js'
