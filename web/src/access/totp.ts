// A new secret for an authenticator app, and the address that the app reads from the QR code.

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** RFC 4648 without padding. */
export function base32(bytes: Uint8Array): string {
  let text = "";
  let rest = 0;
  let bits = 0;
  for (const byte of bytes) {
    rest = (rest << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(rest >> (bits - 5)) & 31];
    rest &= 255;
  }
  return bits > 0 ? text + alphabet[(rest << (5 - bits)) & 31] : text;
}

/** 160 bits, as RFC 4226 asks for. */
export const newSecret = () => base32(crypto.getRandomValues(new Uint8Array(20)));

export function isSecret(text: string): boolean {
  return /^[A-Z2-7]{16,}$/.test(text);
}

export function totpAddress(user: string, issuer: string, secret: string): string {
  const label = issuer ? `${encodeURIComponent(issuer)}:${encodeURIComponent(user)}` : encodeURIComponent(user);
  const more = issuer ? `&issuer=${encodeURIComponent(issuer)}` : "";
  return `otpauth://totp/${label}?secret=${secret}${more}&digits=6&period=30&algorithm=SHA1`;
}
