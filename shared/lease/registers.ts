import type { LeaseRegisterStore, ReadRegister } from '../aws/s3/lease-register.ts';
import type { LeaseWrite } from '../domain/lease/pass.ts';
import { coerceError } from '../errors.ts';

/** By region. */
export type Registers = ReadonlyMap<string, LeaseRegisterStore>;

/** What was read of the registers that answer, and why the others do not. */
export type Asked = {
  readonly readings: Map<string, ReadRegister>;
  readonly silent: { region: string; message: string }[];
};

export async function readRegisters(registers: Registers): Promise<Asked> {
  const asked: Asked = { readings: new Map(), silent: [] };
  await Promise.all(
    [...registers].map(async ([region, register]) => {
      try {
        asked.readings.set(region, await register.read());
      } catch (error) {
        asked.silent.push({ region, message: coerceError(error).message });
      }
    }),
  );
  return asked;
}

/** Registers, each once, of which it is known that they were written. */
export async function writeRegisters(
  registers: Registers,
  writes: readonly LeaseWrite[],
  { readings, silent }: Asked,
): Promise<Set<string>> {
  const written = new Set<string>();
  await Promise.all(
    writes.map(async ({ register, content }) => {
      const read = readings.get(register);
      try {
        if (read !== undefined && (await registers.get(register)?.write(content, read))) written.add(register);
      } catch (error) {
        silent.push({ region: register, message: coerceError(error).message });
      }
    }),
  );
  return written;
}

/** What was read, as the rules of the lease take it. */
export const readingsAt = ({ readings }: Asked, at: number) =>
  Object.fromEntries([...readings].map(([name, { content }]) => [name, { content, at }]));
