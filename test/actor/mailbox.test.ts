import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Mailbox } from '../../src/actor/mailbox.js'

/** The mailbox with its protected side turned out. */
class OpenMailbox extends Mailbox<number> {
  protected senders: unknown[] | undefined = undefined

  add(message: number, sender: string | undefined): void {
    this.push(message)
    if (sender !== undefined) this.noteSender(sender)
  }
  addFirst(message: number, sender: string | undefined): void {
    this.unshift(message, sender)
  }
  takeFirst(): number {
    return this.take()
  }
  toFront(offset: number): void {
    this.bringForward(offset)
  }
  senderOf(offset: number): unknown {
    return this.senderAt(offset)
  }
  empty(): void {
    this.release()
  }
  content(): number[] {
    return Array.from({ length: this.queued }, (_, i) => this.at(this.head + i) as number)
  }
  /** Slots that hold nothing must not keep anything alive. */
  leftovers(): number {
    return [this.first, ...this.ring].filter((slot) => slot !== undefined).length - this.queued
  }
  position(): number {
    return this.head
  }
}

type Entry = { readonly message: number; readonly sender: string | undefined }

const command = fc.oneof(
  { weight: 30, arbitrary: fc.record({ do: fc.constant('push' as const), sender: fc.constantFrom('a', 'b') }) },
  { weight: 20, arbitrary: fc.record({ do: fc.constant('take' as const) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('unshift' as const), sender: fc.constantFrom('a', 'b') }) },
  { weight: 10, arbitrary: fc.record({ do: fc.constant('forward' as const), offset: fc.nat(12) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('release' as const) }) },
)

describe('the ring of a mailbox', () => {
  test('holds what an array would hold, senders beside it, whatever is done to it', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 200, size: 'max' }), fc.boolean(), (commands, withSenders) => {
        const mailbox = new OpenMailbox()
        let model: Entry[] = []
        let next = 0
        let noting = false
        for (const step of commands) {
          const sender = withSenders && 'sender' in step ? step.sender : undefined
          if (step.do === 'push') {
            mailbox.add(++next, sender)
            noting = withSenders
            model.push({ message: next, sender })
          } else if (step.do === 'unshift') {
            mailbox.addFirst(++next, sender)
            model.unshift({ message: next, sender: noting ? sender : undefined })
          } else if (step.do === 'take' && model.length > 0) {
            expect(mailbox.takeFirst()).toBe(model.shift()?.message)
          } else if (step.do === 'forward' && step.offset < model.length) {
            mailbox.toFront(step.offset)
            model.unshift(...model.splice(step.offset, 1))
          } else if (step.do === 'release') {
            mailbox.empty()
            model = []
            noting = false
          }
          expect(mailbox.queued).toBe(model.length)
          expect(mailbox.content()).toEqual(model.map(({ message }) => message))
          expect(mailbox.leftovers()).toBe(0)
          expect(model.map((_, offset) => mailbox.senderOf(offset))).toEqual(model.map((entry) => entry.sender))
        }
      }),
      { numRuns: 500 },
    )
  })

  test('keeps its positions when it grows, so that a turn under way goes on counting where it was', () => {
    const mailbox = new OpenMailbox()
    for (let i = 0; i < 1_000; i++) {
      mailbox.add(i, undefined)
      mailbox.takeFirst()
    }
    const before = mailbox.position()
    for (let i = 0; i < 100; i++) mailbox.add(i, undefined)
    expect(mailbox.position()).toBe(before)
    expect(mailbox.content()).toEqual(Array.from({ length: 100 }, (_, i) => i))
  })
})
