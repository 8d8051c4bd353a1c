// `npm run sandbox:readme`
import { writeFile } from 'node:fs/promises';
import { generateReadme } from './generate.ts';

await writeFile(new URL('../README.md', import.meta.url), await generateReadme());
