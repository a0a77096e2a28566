/** Makes every file and folder that this process creates from now on private to its owner, whatever the umask was. */
export function makeFilesPrivate(): void {
  process.umask(0o077);
}
