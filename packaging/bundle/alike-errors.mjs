/** An error class of a client as its generator writes it when the error has no members of its own. */
const usual =
  /export class (\w+) extends __BaseException \{\s+static shapeId = "([\w.]+#)\1";\s+name = "\1";\s+\$fault = "(client|server)";\s+constructor\(opts\) \{\s+super\(\{\s+name: "\1",\s+\$fault: "\3",\s+\.\.\.opts,\s+\}\);\s+Object\.setPrototypeOf\(this, \1\.prototype\);\s+\}\s+\}/g;

const one = `const __alike = (space, name, $fault) =>
  class extends __BaseException {
    static shapeId = space + name;
    name = name;
    $fault = $fault;
    constructor(opts) {
      super({ name, $fault, ...opts });
      Object.setPrototypeOf(this, new.target.prototype); // the base has set its own
    }
  };`;

/**
 * The same error classes, made by one function: RDS has 150 that differ by their names alone, 40 kB in each bundle that
 * calls it. A class that is written in any other way stays as it is.
 */
export function alikeErrors(source) {
  const shorter = source.replace(
    usual,
    (_, name, space, fault) => `export const ${name} = /* @__PURE__ */ __alike("${space}", "${name}", "${fault}");`,
  );
  return shorter === source ? source : shorter.replace(/^(?!import )/m, `${one}\n`);
}
