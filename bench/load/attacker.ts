/** The attacking process: is told which attack on which port, and goes on with it until it is ended. */
import { type Attack, attacks } from "./attacks.ts";

export interface Target {
  readonly attack: Attack;
  readonly port: number;
}

process.once("message", ({ attack, port }: Target) => attacks[attack](port));
process.on("disconnect", () => process.exit());
