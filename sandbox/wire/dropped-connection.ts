/** Thrown by an interceptor to end the client's connection without an answer, as a broken network does. */
export class DroppedConnection extends Error {
  override readonly name = 'DroppedConnection';
}
