/** Whether a name or an address means this machine, and can be reached from it alone. */
export function isLoopback(host: string): boolean {
  const plain = host.toLowerCase().replace(/^\[(.*)\]$/, "$1");
  if (plain === "localhost" || plain.endsWith(".localhost")) return true;
  const [, ipv4 = plain] = /^::ffff:([\d.]+)$/.exec(plain) ?? [];
  if (/^127(?:\.\d{1,3}){3}$/.test(ipv4)) return URL.canParse(`http://${ipv4}`);
  // There are many ways to write it: an address of a URL has one.
  return plain.includes(":") && URL.canParse(`http://[${plain}]`) && new URL(`http://[${plain}]`).hostname === "[::1]";
}

/** The name in a `Host` header, without its port; undefined for what is none. */
export function hostName(header: string | undefined): string | undefined {
  const url = `http://${header}`;
  return header !== undefined && /^[^/?#@\\]+$/.test(header) && URL.canParse(url) ? new URL(url).hostname : undefined;
}
