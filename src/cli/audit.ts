import { type Command, Option } from 'commander';
import {
  type ExportedEntry,
  type ExportSelection,
  exportAuditLog,
} from '../domain/audit-export.ts';
import { modeOption, moment, organizationOption, positiveCount } from './argument.ts';
import { toNewFile, toStdout, type Write } from './output.ts';
import { withStore } from './store.ts';

interface Given extends ExportSelection {
  output?: string;
}

export const addAudit = (program: Command): void => {
  const audit = program.command('audit').description('the audit log');
  audit
    .command('export')
    .description(
      'write the audit log as JSON lines, oldest first: of every organization and mode, or of one',
    )
    .addOption(organizationOption())
    .addOption(modeOption())
    .addOption(
      new Option(
        '--since <time>',
        'entries of this moment or later, e.g. 2026-01-01T00:00:00Z',
      ).argParser(moment),
    )
    .addOption(new Option('--until <time>', 'entries before this moment').argParser(moment))
    .addOption(
      new Option(
        '--after <sequence>',
        'entries behind the one with this sequence; for one --organization and --mode',
      ).argParser(positiveCount),
    )
    .option('--output <file>', 'where to, instead of stdout; must not exist yet')
    .action(async ({ output, ...selection }: Given) => {
      if (selection.after !== undefined && !(selection.organization && selection.mode))
        throw new Error('--after needs --organization and --mode: each counts for itself');
      const count = await withStore((store) => {
        const write = (to: Write) => exportAuditLog(store, selection, (some) => to(linesOf(some)));
        return output === undefined ? toStdout(write) : toNewFile(output, write);
      });
      if (output !== undefined) console.log(`${count} entries are in ${output}.`);
    });
};

const linesOf = (entries: readonly ExportedEntry[]): string =>
  entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
