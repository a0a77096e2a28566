/** Sockets that listen already, as file descriptors: systemd opened them, and keeps them while the server restarts. */
export interface InheritedSockets {
  readonly telnet: readonly number[];
  readonly tls: readonly number[];
}

/** The first file descriptor that systemd hands on; the others follow (sd_listen_fds(3)). */
const FIRST_FD = 3;
/** `FileDescriptorName=` of a socket that TLS is spoken on. */
const TLS = "tls";

/** Returns the sockets that systemd hands to this process (sd_listen_fds(3)), or none. */
export function inheritedSockets(env: NodeJS.ProcessEnv, pid: number): InheritedSockets {
  const count = Number(env["LISTEN_PID"]) === pid ? Number(env["LISTEN_FDS"]) : 0;
  const names = (env["LISTEN_FDNAMES"] ?? "").split(":");
  const sockets = Array.from({ length: count || 0 }, (_, i) => ({ fd: FIRST_FD + i, isTls: names[i] === TLS }));
  return {
    telnet: sockets.filter(({ isTls }) => !isTls).map(({ fd }) => fd),
    tls: sockets.filter(({ isTls }) => isTls).map(({ fd }) => fd),
  };
}
