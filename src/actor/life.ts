import { compile } from '../machine/compile.js'
import { actorMachine } from './actor.machine.js'

/** The compiled life of an actor; a cell keeps only the number of its state. */
export const life = compile(actorMachine)

export const STOPPED = life.state('stopped')
export const STARTING = life.state('starting')
export const RUNNING = life.state('running')
export const STOPPING = life.state('stopping')
export const DOWN = life.state('down')
export const RETIRED = life.state('retired')

export const START = life.event('START')
export const READY = life.event('READY')
export const STOP = life.event('STOP')
export const END = life.event('END')
export const CLOSE = life.event('CLOSE')
export const RETIRE = life.event('RETIRE')
