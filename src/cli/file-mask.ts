/** From now on every file and folder that this process makes is for its owner alone, whatever mask it was started with. */
export function makeFilesPrivate(): void {
  process.umask(0o077);
}
