// Entry point in plain JavaScript: an old Node must get a sentence, not a syntax error.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `node is ${process.versions.node}, 22.18 or later is required\n` +
      "HINT: 'npm ci' installs Node 24 as a package; start through npm ('npm start', 'npm run sandbox').\n" +
      "HINT: If install scripts are blocked, run 'npm rebuild node' or put a newer Node on the PATH.",
  );
  process.exit(2);
}
await import('./cli.ts');
