import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { awsCallDeadline, bodyIdleDeadline, bodyPauses } from '../deadlines.ts';
import { AwsUnavailableError, coerceError, ObjectChangedError, OperationError } from '../errors.ts';

/** Milliseconds, as in `deadlines.ts`; tests give shorter ones. */
export type ReadBounds = {
  /** Until the headers of an answer are there. */
  readonly answer: number;
  readonly idle: number;
  readonly pauses: readonly number[];
};

export const readBounds: ReadBounds = { answer: awsCallDeadline, idle: bodyIdleDeadline, pauses: bodyPauses };

/** What S3 answers to a read: the rest of an object from some byte on. */
export type OpenedBody = {
  readonly body: Readable;
  /** Bytes of this answer. */
  readonly length: number | undefined;
  readonly etag: string | undefined;
};

/** Opens the object again from a byte on, and only when it is still the one that bears this ETag. */
export type OpenAgain = (from: number, etag: string) => Promise<OpenedBody>;

/**
 * The body of an object as one stream that outlives its connections. A connection that breaks, ends too early, or is
 * silent while a reader waits is replaced by one that goes on at the byte where it stopped; never by another object.
 * Closing the stream closes the connection.
 */
export class ObjectBody extends Readable {
  readonly #what: string;
  readonly #openAgain: OpenAgain;
  readonly #bounds: ReadBounds;
  readonly #etag: string | undefined;
  readonly #length: number | undefined;
  readonly #hash = createHash('sha256');
  #current: OpenedBody;
  #iterator: AsyncIterator<Buffer>;
  #read = 0;
  /** Connections in a row that brought no byte. */
  #fruitless = 0;

  constructor(what: string, first: OpenedBody, openAgain: OpenAgain, bounds = readBounds) {
    super();
    this.#what = what;
    this.#openAgain = openAgain;
    this.#bounds = bounds;
    this.#etag = first.etag;
    this.#length = first.length;
    this.#current = first;
    this.#iterator = iteratorOf(first.body);
  }

  /** SHA-256 of the whole, once it is read. */
  digest(): string {
    return this.#hash.copy().digest('hex');
  }

  override _read(): void {
    this.#next().then(
      (chunk) => {
        if (!this.destroyed) this.push(chunk);
      },
      (error: unknown) => this.destroy(coerceError(error)),
    );
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#current.body.destroy();
    done(error);
  }

  /** The next bytes, or null at the end. Only here somebody waits, and only here the sender's silence counts. */
  async #next(): Promise<Buffer | null> {
    for (;;) {
      try {
        const next = await this.#orIdle(this.#iterator.next());
        if (next.done !== true) {
          this.#read += next.value.length;
          this.#fruitless = 0;
          this.#hash.update(next.value);
          return next.value;
        }
        if (this.#length === undefined || this.#read === this.#length) return null;
        throw new Error(`the connection ended after ${this.#read} of ${this.#length} bytes`);
      } catch (thrown) {
        if (this.destroyed) return null;
        await this.#reopen(coerceError(thrown));
      }
    }
  }

  async #orIdle<T>(next: Promise<T>): Promise<T> {
    next.catch(() => {}); // that of an abandoned connection may reject later
    let timer: NodeJS.Timeout | undefined;
    const idle = new Promise<never>((_, reject) => {
      const text = `no byte came for ${this.#bounds.idle / 1000} s`;
      timer = setTimeout(() => reject(new Error(text)), this.#bounds.idle);
    });
    return Promise.race([next, idle]).finally(() => clearTimeout(timer));
  }

  async #reopen(problem: Error): Promise<void> {
    this.#current.body.destroy();
    let cause = problem;
    while (!this.destroyed) {
      const pause = this.#bounds.pauses[this.#fruitless];
      // All bytes came, and the SDK does not accept them: another connection brings no others.
      const isRead = this.#length !== undefined && this.#read >= this.#length;
      if (pause === undefined || this.#etag === undefined || isRead) {
        throw new AwsUnavailableError(`cannot read ${this.#what} at present: it broke off at byte ${this.#read}`, {
          cause,
        });
      }
      this.#fruitless += 1;
      await delay(pause);
      try {
        this.#current = await this.#openAgain(this.#read, this.#etag);
        this.#iterator = iteratorOf(this.#current.body);
        if (this.destroyed) this.#current.body.destroy();
        return;
      } catch (thrown) {
        cause = coerceError(thrown);
        if (['PreconditionFailed', 'NoSuchKey', 'NotFound'].includes(cause.name)) {
          throw new ObjectChangedError(`${this.#what} was replaced or removed while it was read`, {
            hints: ['Find out who wrote to the evidence bucket: only the tasks of this execution do.'],
            cause,
          });
        }
        if (cause instanceof OperationError && !(cause instanceof AwsUnavailableError)) throw cause;
      }
    }
  }
}

function iteratorOf(body: Readable): AsyncIterator<Buffer> {
  body.on('error', () => {}); // that of an abandoned connection has no other listener
  return body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
}
