/** Kinds of Linux machines that there is an executable for. */
export const ARCHITECTURES = ["x64", "arm64"] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/** What Debian calls these kinds of machines. */
export const DEBIAN_ARCHITECTURES: Record<Architecture, string> = { x64: "amd64", arm64: "arm64" };

/** The systemd units, for who installs an executable by hand. */
export const UNITS = ["chatd.service", "chatd.socket"] as const;

export function executableName(version: string, architecture: Architecture): string {
  return `chatd-${version}-linux-${architecture}`;
}

export function debianName(version: string, architecture: Architecture): string {
  return `chatd_${version}_${DEBIAN_ARCHITECTURES[architecture]}.deb`;
}

/** As npm calls it. */
export function npmPackageName(version: string): string {
  return `chatd-${version}.tgz`;
}

export function partsListName(version: string): string {
  return `chatd-${version}.cdx.json`;
}

/** All files that `SHA256SUMS` covers. */
export function releaseFiles(version: string, architectures: readonly Architecture[] = ARCHITECTURES): string[] {
  return [
    ...architectures.flatMap((kind) => [executableName(version, kind), debianName(version, kind)]),
    npmPackageName(version),
    partsListName(version),
    ...UNITS,
  ].toSorted();
}
