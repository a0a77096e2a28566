import { connect, type Socket } from "node:net";

/** Attacks on a port of 127.0.0.1. Each goes on until its process is ended, at a bounded rate. */
export const attacks = {
  /** 1,000 connections a second from one address. */
  flood(port: number): void {
    setInterval(() => {
      for (let i = 0; i < 10; i++) {
        const socket = from(port, "127.0.0.2");
        socket.once("data", () => socket.destroy());
      }
    }, 10);
  },

  /** 1,000 people who type a letter of their name each second. */
  slowLogins(port: number): void {
    again(1000, (i) => {
      const socket = from(port, `127.0.1.${1 + (i % 40)}`);
      const typing = setInterval(() => socket.write("a"), 1000);
      socket.on("close", () => clearInterval(typing));
      return socket;
    });
  },

  /** 5,000 connections that say nothing. */
  neverLogIn(port: number): void {
    again(5000, (i) => from(port, `127.0.2.${1 + (i % 200)}`));
  },

  /** 500 people who never end their line. */
  endlessLine(port: number): void {
    again(500, (i) => {
      const socket = from(port, `127.0.3.${1 + (i % 20)}`);
      socket.write(`e${i}\r\n`);
      const typing = setInterval(() => socket.write("x".repeat(4096)), 200);
      socket.on("close", () => clearInterval(typing));
      return socket;
    });
  },

  /** Ten who are in every room, ask for more than the kernel holds for them, and read nothing. */
  neverRead(port: number): void {
    again(10, (i) => {
      const socket = from(port, `127.0.4.${1 + i}`);
      socket.pause();
      const rooms = Array.from({ length: 10 }, (_, room) => `/join r0${room}\r\n`).join("");
      socket.write(`n${i}\r\n${rooms}${"/history 100 r00\r\n".repeat(2000)}`);
      return socket;
    });
  },
} as const;

export type Attack = keyof typeof attacks;

function from(port: number, localAddress: string): Socket {
  const socket = connect({ port, host: "127.0.0.1", localAddress });
  socket.on("error", () => {}).on("data", () => {});
  return socket;
}

/** Keeps so many of them there: who is closed comes again a second later. They come over two seconds. */
function again(count: number, make: (index: number) => Socket): void {
  const start = (index: number): void => {
    make(index).once("close", () => setTimeout(() => start(index), 1000));
  };
  for (let i = 0; i < count; i++) setTimeout(() => start(i), (i / count) * 2000);
}
