/**
 * Longer bodies are sent as they are: to join them to their headers would cost more than it saves.
 */
export const MAX_BYTES_IN_ONE_PIECE = 12 * 1024;

/**
 * Bytes as a text that Node takes as it is. A short one goes out in one piece with its headers,
 * which costs less than two.
 */
export const byteString = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('latin1');

/** A copy to keep, in the form that is sent with the least work. */
export const ownCopyOf = (bytes: Uint8Array): string | Uint8Array => {
  if (bytes.byteLength <= MAX_BYTES_IN_ONE_PIECE) return byteString(bytes);
  // Not of the pool that small buffers share: each would keep eight kilobytes of others from being
  // freed.
  const own = Buffer.allocUnsafeSlow(bytes.byteLength);
  own.set(bytes);
  return own;
};
