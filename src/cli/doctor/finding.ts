export interface Finding {
  check: string;
  state: 'ok' | 'warning' | 'problem';
  /** What is so; where it is wrong, also what to do. */
  message: string;
}

const finding =
  (state: Finding['state']) =>
  (check: string, message: string): Finding => ({ check, state, message });

export const ok = finding('ok');
export const warning = finding('warning');
export const problem = finding('problem');

const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

export const sizeText = (bytes: number): string => {
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${Math.round(bytes / 2 ** (10 * power))} ${units[power]}`;
};
