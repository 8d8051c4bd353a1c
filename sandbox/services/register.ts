import type { Template } from '../template/template.ts';
import type { Service } from '../wire/service.ts';
import type { Parts, ServiceDefinition } from './definition.ts';

type Made = { readonly service: Service };
/** Whatever it is made of: the compiler has looked when it was registered. */
type AnyDefinition = ServiceDefinition<string, never, Made>;

/** Services in the order in which they are made; one that is made of others is refused before them, by the compiler. */
export class Register<Built extends object> {
  readonly definitions: readonly AnyDefinition[];

  constructor(definitions: readonly AnyDefinition[] = []) {
    this.definitions = definitions;
  }

  with<Name extends string, M extends Made>(
    definition: ServiceDefinition<Name, Built, M>,
  ): Register<Built & Readonly<Record<Name, M>>> {
    return new Register([...this.definitions, definition as unknown as AnyDefinition]);
  }

  /** Makes all of them. When one fails, those before it are stopped. */
  async make(parts: Parts): Promise<BuiltServices<Built>> {
    const built: Record<string, Made> = {};
    const stop = async () => {
      for (const { name, stop: end } of this.definitions.toReversed()) {
        if (built[name] !== undefined) await end?.(built[name]);
      }
    };
    try {
      for (const definition of this.definitions) {
        const made = await definition.make(parts, built as never);
        if (made.service.id !== definition.id) {
          throw new Error(`service '${definition.name}' is '${made.service.id}', its folder says '${definition.id}'`);
        }
        built[definition.name] = made;
      }
    } catch (error) {
      await stop();
      throw error;
    }
    const each = (work: (definition: AnyDefinition, made: Made) => void) => {
      for (const definition of this.definitions) {
        const made = built[definition.name];
        if (made !== undefined) work(definition, made);
      }
    };
    return {
      built: built as unknown as Built,
      services: Object.values(built).map(({ service }) => service),
      deploy: async (stack) => {
        for (const definition of this.definitions) {
          const made = built[definition.name];
          if (made !== undefined) await definition.deploy?.(stack, made, parts);
        }
      },
      run: (signal) => each((definition, made) => definition.run?.(made, parts, signal)),
      stop,
    };
  }
}

export type BuiltServices<Built> = {
  readonly built: Built;
  readonly services: readonly Service[];
  deploy(stack: Template): Promise<void>;
  run(signal: AbortSignal): void;
  /** In the reverse order of their making. */
  stop(): Promise<void>;
};
