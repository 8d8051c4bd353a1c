// Serverless plugin: a bundle for each function, all of them by one run of esbuild, which reads what they share once. A run
// for each of 98 functions took six times as long (docs/decisions/0045).
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { zipSync } from 'fflate';
import plugins from '../bundle/bundle-plugins.mjs';

const options = {
  bundle: true,
  minify: true,
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" }, // pg is CommonJS
  logLevel: 'warning',
};

/** The same content makes the same archive, whenever and wherever. */
const entry = { mtime: new Date(1980, 0, 1), os: 3, attrs: (0o100644 << 16) >>> 0 };

export default class BundleFunctions {
  constructor(serverless) {
    const bundle = () => bundleFunctions(serverless);
    this.hooks = {
      'before:package:createDeploymentArtifacts': bundle,
      'before:deploy:function:packageFunction': bundle,
    };
  }
}

async function bundleFunctions(serverless) {
  const { serviceDir, service } = serverless;
  const functions = service.getAllFunctions().map((name) => {
    const { handler } = service.getFunction(name);
    const source = handler.replace(/\.handler$/, '');
    if (source === handler)
      throw new serverless.classes.Error(`handler of '${name}' is ${handler}, not <file>.handler`);
    return { name, source };
  });
  const artifacts = path.join(serviceDir, '.serverless');
  await mkdir(artifacts, { recursive: true });
  const outdir = await mkdtemp(path.join(artifacts, 'bundles-'));
  try {
    const entryPoints = functions.map(({ source }) => ({ in: path.join(serviceDir, `${source}.ts`), out: source }));
    await build({ ...options, plugins, entryPoints, outdir });
    for (const { name, source } of functions) {
      const file = `${source}.mjs`;
      const bundle = await readFile(path.join(outdir, file));
      const artifact = path.join(artifacts, `${name}.zip`);
      await writeFile(artifact, zipSync({ [file]: [bundle, entry] }));
      service.getFunction(name).package = { artifact: path.relative(serviceDir, artifact) };
    }
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}
