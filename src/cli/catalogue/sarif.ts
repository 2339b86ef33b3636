import { relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { version } from '../../version.ts';
import type { PlacedFinding } from './findings.ts';

/** Findings in the format that code hosts read: SARIF 2.1.0. */
export const sarifOf = (findings: readonly PlacedFinding[], file: string | undefined) => {
  const rules = [...new Map(findings.map((finding) => [finding.rule, finding])).values()];
  const ids = rules.map(({ rule }) => rule);
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'plans-gateway catalogue lint',
            version,
            rules: rules.map(({ rule, docUrl }) => ({
              id: rule,
              ...(docUrl ? { helpUri: docUrl } : {}),
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => ({
          ruleId: finding.rule,
          ruleIndex: ids.indexOf(finding.rule),
          level: finding.severity,
          message: { text: `${finding.path}: ${finding.message}` },
          locations: [locationOf(finding, file)],
        })),
      },
    ],
  };
};

const locationOf = ({ path, line, column }: PlacedFinding, file: string | undefined) => ({
  ...(file === undefined
    ? {}
    : {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file) },
          ...(line === undefined ? {} : { region: { startLine: line, startColumn: column } }),
        },
      }),
  logicalLocations: [{ fullyQualifiedName: path }],
});

/** Code hosts look for files from the root of a repository. */
const uriOf = (file: string): string => {
  const steps = relative(process.cwd(), resolve(file)).split(sep);
  if (steps[0] === '..') return pathToFileURL(file).href;
  return steps.map(encodeURIComponent).join('/');
};
