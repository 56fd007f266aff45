import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";

/**
 * The encrypted form of a callback: base64 of IV ‖ AES-256-CBC (PKCS#7), key = SHA-256 of the
 * Encrypt Key, IV = the first 16 bytes.
 *
 * The host's own scheme is not public; this one is taken over from the product whose page it
 * resembles, so it stands alone here to be replaced in one place.
 */
export function encryptCallback(plain: Uint8Array, encryptKey: string): string {
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-256-cbc", keyOf(encryptKey), iv);
  return Buffer.concat([iv, cipher.update(plain), cipher.final()]).toString("base64");
}

/** The inverse. @throws Error when the text was not made with this key */
export function decryptCallback(encrypted: string, encryptKey: string): Uint8Array {
  const bytes = Buffer.from(encrypted, "base64");
  const decipher = createDecipheriv("aes-256-cbc", keyOf(encryptKey), bytes.subarray(0, 16));
  return Buffer.concat([decipher.update(bytes.subarray(16)), decipher.final()]);
}

function keyOf(encryptKey: string): Buffer {
  return createHash("sha256").update(encryptKey).digest();
}
