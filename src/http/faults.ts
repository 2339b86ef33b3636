/** What the operator reads of a fault: one line of JSON on the error stream. The client gets the request id only. */
export const reportFault = (requestId: string, fault: unknown): void => {
  const error =
    fault instanceof Error ? { name: fault.name, message: fault.message, stack: fault.stack } : String(fault);
  process.stderr.write(`${JSON.stringify({ level: 'error', requestId, error })}\n`);
};
