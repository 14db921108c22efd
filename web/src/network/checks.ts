// Checks while typing. They say what the server would say, in its words; the server's own check is the one that counts.

const octet = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const ipv4 = new RegExp(`^${octet}(\\.${octet}){3}$`);

export function isIpv4(text: string): boolean {
  return ipv4.test(text);
}

export function isIpv6(text: string): boolean {
  if (!text.includes(":") || !/^[0-9a-fA-F:.]+$/.test(text)) return false;
  try {
    // The browser knows the grammar: a host in brackets must be an IPv6 address.
    return new URL(`http://[${text}]/`).hostname.length > 2;
  } catch {
    return false;
  }
}

function prefixed(
  text: string,
  isAddress: (address: string) => boolean,
  family: string,
  least: number,
  most: number,
  example: string,
) {
  const [address = "", length, rest] = text.split("/");
  if (rest !== undefined || !isAddress(address))
    return `'${address}' is not an ${family} address; write for example ${example}`;
  if (length === undefined) return `'${text}' has no prefix length; write for example ${example}`;
  if (!/^\d+$/.test(length) || Number(length) < least || Number(length) > most)
    return `prefix length '${length}' is not from ${least} to ${most}`;
  return null;
}

export const cidr4 = (text: string) => prefixed(text, isIpv4, "IPv4", 8, 32, "192.0.2.10/24");
export const cidr6 = (text: string) => prefixed(text, isIpv6, "IPv6", 8, 128, "2001:db8::10/64");
export const address4 = (text: string) =>
  isIpv4(text) ? null : `'${text}' is not an IPv4 address; write for example 192.0.2.1`;
export const address6 = (text: string) =>
  isIpv6(text) ? null : `'${text}' is not an IPv6 address; write for example 2001:db8::1`;

export const between = (least: number, most: number) => (text: string) =>
  /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most
    ? null
    : `'${text}' is not a number from ${least} to ${most}`;

/** Names as the kernel takes them: the server accepts all of these. */
export function linkName(text: string): string | null {
  if (new TextEncoder().encode(text).length > 15) return `'${text}' is longer than 15 characters`;
  if (/[\s/]/.test(text) || text === "." || text === "..") return "a name has no blanks and no slash";
  return null;
}

/** A guest's helper bridge is called after the bridge and the VLAN ("vmbr0v4094"), and must fit as well. */
export function bridgeName(text: string): string | null {
  return (
    linkName(text) ??
    (text.length > 10 ? "longer than 10 characters: bridges for VLANs of guests will get shortened names" : null)
  );
}

/** VLANs of a bridge: "2-100 200". */
export function vlanList(text: string): string | null {
  for (const part of text.split(/[\s,;]+/).filter(Boolean)) {
    const [low, high, rest] = part.split("-").map((number) => (/^\d+$/.test(number) ? Number(number) : Number.NaN));
    const fine =
      low !== undefined &&
      low >= 2 &&
      low <= 4094 &&
      rest === undefined &&
      (high === undefined || (high > low && high <= 4094));
    if (!fine) return `'${part}' is neither a VLAN id nor a range from 2 to 4094`;
  }
  return null;
}

/** Control characters would be further lines of the file. */
export function oneLine(text: string): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return /[\u0000-\u001f\u007f]/.test(text) ? "a value can't have control characters" : null;
}
