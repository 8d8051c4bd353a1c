export default function neverAsked() {
  throw new Error('a session without a password: the functions take it from the secret, never from ~/.pgpass');
}
