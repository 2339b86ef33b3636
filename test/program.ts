import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The path of a program of this machine; undefined where there is none. */
export const programOf = (name: string): string | undefined =>
  [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));

/** What a test is called that cannot run here. */
export const unless = (program: string): string =>
  programOf(program) ? '' : ` (not tested: there is no ${program} on this machine)`;

/** For a test that must not be left out. */
export const requireProgram = (name: string, title = name): string => {
  const program = programOf(name);
  if (!program)
    throw new Error(
      `This test runs the real ${title}, and there is none: install it (on Debian: apt-get ` +
        `install ${name}).`,
    );
  return program;
};
