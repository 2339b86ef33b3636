import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command } from './command.ts';

type Shell = 'bash' | 'zsh' | 'fish';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plans-gateway-completion-'));
  for (const name of ['one file', 'other.yaml']) writeFileSync(join(folder, name), '');
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, stdout } = await command(['completion', shell], {});
    expect(code).toBe(0);
    writeFileSync(join(folder, `script.${shell}`), stdout);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (shell: Shell, text: string, ...args: string[]): string => {
  const { PATH = '', HOME = '' } = process.env;
  const options = shell === 'fish' ? ['-N'] : shell === 'zsh' ? ['-f'] : ['--norc'];
  return execFileSync(shell, [...options, '-c', text, shell, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH, HOME, LC_ALL: 'C.UTF-8', TERM: 'dumb' },
    timeout: 30_000,
  });
};

const nonEmpty = (text: string): string[] => text.split('\n').filter((line) => line !== '');

/** Splits the line as bash does, asks the function that bash would, and shows its answer. */
const inBash = (line: string): string[] => {
  const words = line.replaceAll('=', ' = ').split(' ');
  return nonEmpty(
    run(
      'bash',
      `source script.bash
       [[ $(complete -p plans-gateway) == *'-F _plans_gateway plans-gateway' ]] || exit 1
       COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
       _plans_gateway
       printf '%s\\n' "\${COMPREPLY[@]}"`,
      ...words,
    ),
  ).sort();
};

const inFish = (line: string): string[] =>
  nonEmpty(run('fish', `source script.fish; complete -C '${line}'`))
    .map((each) => each.split('\t')[0] ?? '')
    .sort();

/** What a shell reads before somebody types: it prints each word that it would offer in brackets. */
const zshSetUp = `
  PROMPT=
  autoload -Uz compinit
  compinit -u -D
  source ./script.zsh
  bindkey '^I' complete-word
  zstyle ':completion:*' insert-tab false
  said() { print -r -- "[end]" }
  comppostfuncs=(said)
  compadd() {
    if [[ " $* " == *" "-(O|A|D)" "* ]]; then
      builtin compadd "$@"
    else
      local -a hits
      builtin compadd -O hits "$@"
      for hit in $hits; do print -r -- "<$hit>"; done
    fi
  }
  print ready
`;

/** zsh completes only where somebody types: here in a terminal of its own. */
const inZsh = (line: string): string[] => {
  writeFileSync(join(folder, 'set-up.zsh'), zshSetUp);
  const shown = run(
    'zsh',
    `zmodload zsh/zpty
     zpty shell zsh -f -i
     zpty -w shell 'source ./set-up.zsh'
     zpty -r shell shown '*ready*'
     zpty -w -n shell "$1"$'\\t'
     zpty -r shell shown '*\\[end\\]*'
     print -r -- $shown`,
    line,
  );
  return [...shown.matchAll(/<([^<>]+)>/g)].map(([, hit = '']) => hit).sort();
};

const shells: [Shell, (line: string) => string[]][] = [
  ['bash', inBash],
  ['fish', inFish],
  ['zsh', inZsh],
];

describe.each(shells)('completion in %s', (shell, complete) => {
  const isInstalled = spawnSync(shell, ['--version']).status === 0;
  const completes = (line: string, expected: readonly string[]) => ({ line, expected });

  it.for([
    completes('plans-gateway org', ['organizations']),
    completes('plans-gateway keys ', ['create', 'list', 'revoke', 'rotate']),
    completes('plans-gateway catalogue pu', ['pull', 'push']),
    completes('plans-gateway keys create --mode ', ['live', 'sandbox']),
    completes('plans-gateway keys create --organization Acme --mode s', ['sandbox']),
    completes('plans-gateway keys create --organization keys --scope a', ['admin', 'audit']),
    completes('plans-gateway organizations set-tax-behavior Acme in', ['inclusive']),
    completes('plans-gateway completion ', ['bash', 'fish', 'zsh']),
    completes('plans-gateway keys rotate key_1 --o', ['--overlap']),
    completes('plans-gateway keys list --', ['--help', '--json', '--organization']),
  ])('completes $line', ({ line, expected }, { skip }) => {
    if (!isInstalled) skip(`${shell} is not installed here`);
    expect(complete(line)).toEqual(expected);
  });

  it('completes names of files where a file is asked for, and only there', ({ skip }) => {
    if (!isInstalled) skip(`${shell} is not installed here`);
    expect(complete('plans-gateway catalogue push ot')).toEqual(['other.yaml']);
    expect(complete('plans-gateway organizations set-version ot')).toEqual([]);
  });
});

describe('completion in bash', () => {
  it('knows values after an equals sign, and names with spaces', () => {
    expect(inBash('plans-gateway keys create --mode=s')).toEqual(['sandbox']);
    expect(inBash('plans-gateway backup on')).toEqual(['one file']);
  });

  it('offers every command that there is', async () => {
    const { stdout } = await command(['--help'], {});
    const named = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
    expect(named).toContain('serve');
    expect(inBash('plans-gateway ')).toEqual(named.filter((name) => name !== 'help').sort());
  });
});

it('refuses a shell that it does not know', async () => {
  const { code, stderr } = await command(['completion', 'tcsh'], {});
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Allowed choices are bash, zsh, fish.'),
  });
});
